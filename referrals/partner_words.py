"""What actions refuse to partners, marked for Spanish: the pages of partners say it in the reader's language.

Actions say it in English to staff and partners alike; a test finds each sentence where it is said.
"""

from django.utils.translation import gettext_noop as noop

REFUSALS = (
    noop("Tick that you have read the safety alerts"),
    noop("The latest arrival must be after the earliest"),
    noop("The latest arrival must be later than now"),
    noop("Select a reason"),
    noop("The time must be later than now"),
    noop("Enter your question"),
    noop("The time of arrival can't be in the future"),
    noop("The time of arrival can't be before we asked"),
    noop("The day can't be before the arrival"),
    noop("The time can't be in the future"),
    noop("The time can't be before the arrival"),
    noop("We have your answers. Call us if there is more."),
    noop("The examination can't be before the person arrived"),
    noop("Select whether the person is cleared"),
    noop("Select whether the person is medically stable"),
    noop("The examination can't be in the future"),
    noop("The clearance is signed after the examination, and not in the future"),
    noop("Cleared with limits names each limit; other decisions name none"),
    noop("NPI must have 10 digits and the right last digit"),
    noop("Select MD, DO, NP or PA"),
    noop("The examination must be after the last use"),
    noop("A test can't be in the future"),
    noop("The earlier score is before the other"),
    noop("The file is empty. Choose another file"),
    noop("The file must be 10 MB or smaller"),
    noop("Choose a PDF, JPEG or PNG file"),
    noop("This picture can't be opened. Save it again"),
    noop("The picture has too many pixels. Make it smaller"),
    noop("This PDF is damaged or holds a second file. Save it again"),
    noop(
        "This PDF holds a script, a program, a file or a form that sends."
        " Print it to a new PDF, and choose that one"
    ),
    noop("This PDF is locked with a password. Save it without one"),
    noop("This PDF is too long or too complicated to check. Split it, or print it to a new PDF"),
    noop("You have stored a lot of files today. Ask a supervisor, or go on tomorrow"),
)
