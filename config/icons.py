"""Our own icons: shapes on a 16 by 16 grid, drawn in the colour of the text around them."""

ICONS = {
    "dot": '<circle cx="8" cy="8" r="4"/>',
    "half": '<path d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 1.6v8.8a4.4 4.4 0 0 1 0-8.8Z"/>',
    "check": '<path d="M6.4 13.2 1.8 8.6l1.5-1.5 3.1 3.1 6.3-6.4 1.5 1.5Z"/>',
    "clock": '<path d="M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 '
    '3Z"/>'
    '<path d="M7.2 4.5h1.6v3.2l2.3 1.5-.8 1.3-3.1-2Z"/>',
    "warning": '<path fill-rule="evenodd" d="M8 1 .8 14.2h14.4ZM7.1 6h1.8l-.3 4.3H7.4ZM8 13a1 1 0 1 1 '
    '0-2 1 1 0 0 1 0 2Z"/>',
    "lock": '<path fill-rule="evenodd" d="M4.5 7V5a3.5 3.5 0 0 1 7 0v2H13v7.5H3V7Zm1.6 0h3.8V5a1.9 '
    '1.9 0 0 0-3.8 0Z"/>',
    "phone": '<path d="M4.6 1.5 2 3.2c-.4 5 5.8 11.2 10.8 10.8l1.7-2.6-3.3-2.4-1.7 '
    '1.2c-1.5-.7-3-2.2-3.7-3.7L7 4.8Z"/>',
    "arrow": '<path d="M8.9 2.6 14.3 8l-5.4 5.4-1.4-1.4L10.4 9H1.7V7h8.7L7.5 4Z"/>',
    "back": '<path d="M7.1 2.6 1.7 8l5.4 5.4L8.5 12 5.6 9h8.7V7H5.6l2.9-3Z"/>',
    "plus": '<path d="M7 2h2v5h5v2H9v5H7V9H2V7h5Z"/>',
    "cross": '<path d="m3.5 2.1 4.5 4.5 4.5-4.5 1.4 1.4L9.4 8l4.5 4.5-1.4 1.4L8 9.4l-4.5 '
    '4.5-1.4-1.4L6.6 8 2.1 3.5Z"/>',
    "person": '<circle cx="8" cy="4.6" r="3.1"/><path d="M1.8 14.5c0-3.7 2.6-5.7 6.2-5.7s6.2 2 6.2 5.7Z"/>',
    "bed": '<path d="M1 3h1.8v5h4V5h5.7A2.5 2.5 0 0 1 15 7.5V13h-1.8v-2H2.8v2H1Z"/>',
    "document": '<path fill-rule="evenodd" d="M3 1h6.5L13 4.5V15H3Zm2 6v1.4h6V7Zm0 3v1.4h6V10Z"/>',
}
