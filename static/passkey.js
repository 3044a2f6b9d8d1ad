/* Passkeys: the one thing here that needs a script. Buttons with data-passkey are hidden until it runs.
   data-passkey="get" signs, "create" makes a new one; the question is JSON in the element that
   data-passkey-question names (or comes from data-passkey-url); the answer goes into the field that
   data-passkey-into names, and the form is sent. */
(function () {
  "use strict";
  if (!window.PublicKeyCredential) return;

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (one) { return one.charCodeAt(0); });
  }
  function text(buffer) {
    var plain = "";
    new Uint8Array(buffer).forEach(function (one) { plain += String.fromCharCode(one); });
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function named(list) {
    return (list || []).map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
  }
  function asked(question) {
    var asks = Object.assign({}, question.publicKey, { challenge: bytes(question.publicKey.challenge) });
    if (asks.user) asks.user = Object.assign({}, asks.user, { id: bytes(asks.user.id) });
    if (asks.excludeCredentials) asks.excludeCredentials = named(asks.excludeCredentials);
    if (asks.allowCredentials) asks.allowCredentials = named(asks.allowCredentials);
    return { publicKey: asks };
  }
  function answered(credential) {
    var given = credential.response, response = { clientDataJSON: text(given.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (part) {
      if (given[part]) response[part] = text(given[part]);
    });
    if (given.getTransports) response.transports = given.getTransports();
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response: response,
      clientExtensionResults: credential.getClientExtensionResults()
    });
  }
  function question(button) {
    if (button.dataset.passkeyUrl) {
      return fetch(button.dataset.passkeyUrl, { headers: { "X-Requested-With": "XMLHttpRequest" } })
        .then(function (answer) { return answer.json(); })
        .then(function (data) { return data.request_options; });
    }
    return Promise.resolve(JSON.parse(document.getElementById(button.dataset.passkeyQuestion).textContent));
  }
  function say(button, words) {
    var form = button.closest("form"), box = form.querySelector("[data-passkey-says]");
    if (!box) {
      box = document.createElement("p");
      box.className = "field-error";
      box.setAttribute("role", "alert");
      box.dataset.passkeySays = "1";
      button.parentNode.before(box);
    }
    box.textContent = words;
  }

  document.querySelectorAll("[data-passkey]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var making = button.dataset.passkey === "create", form = button.closest("form");
      question(button).then(function (asks) {
        return making ? navigator.credentials.create(asked(asks)) : navigator.credentials.get(asked(asks));
      }).then(function (credential) {
        form.elements[button.dataset.passkeyInto].value = answered(credential);
        form.requestSubmit(form.querySelector("[data-passkey-submit]") || undefined);
      }).catch(function () {
        say(button, "The passkey was not used. Try again, or use another way.");
      });
    });
  });
})();
