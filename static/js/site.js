/* Small comforts: everything works without this file. */
(() => {
  "use strict";
  const menus = () => document.querySelectorAll("details.menu[open]");

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("click", (event) => {
    for (const menu of menus()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  /* <form data-autosubmit>: a changed tick or choice sends the form, and its button steps aside. */
  for (const form of document.querySelectorAll("form[data-autosubmit]")) {
    for (const button of form.querySelectorAll("[data-autosubmit-hides]")) button.hidden = true;
    form.addEventListener("change", (event) => {
      if (event.target.matches("input[type=checkbox], input[type=radio], select")) {
        form.requestSubmit();
      }
    });
  }

  /* <form data-keeps>: a changed tick is kept at once, without leaving; the button comes back if not. */
  for (const form of document.querySelectorAll("form[data-keeps]")) {
    const button = form.querySelector("[data-keeps-hides]");
    const said = form.querySelector("[data-keeps-said]");
    let sending = Promise.resolve();
    button.hidden = true;
    form.addEventListener("change", () => {
      const ticked = new FormData(form);
      sending = sending.then(async () => {
        try {
          const answer = await fetch(form.action, { method: "POST", body: ticked });
          // Back on this page: kept. Elsewhere (signed out since): not.
          if (!answer.ok || new URL(answer.url).pathname !== location.pathname) throw new Error();
          button.hidden = true;
          said.textContent = "C’est gardé.";
        } catch {
          button.hidden = false;
          said.textContent = "Ce n’est pas encore gardé : essayez avec ce bouton.";
        }
      });
    });
  }

  /* <form data-ticks>: one button ticks every row of the page, or none. */
  for (const form of document.querySelectorAll("form[data-ticks]")) {
    const line = form.querySelector("[data-ticks-all]");
    const button = line.querySelector("button");
    const rows = () => [...form.querySelectorAll("input[type=checkbox][name=ref]")];
    const all = () => rows().every((row) => row.checked);
    const name = () => {
      button.lastChild.textContent = all() ? "Tout décocher" : "Tout cocher";
    };
    line.hidden = false;
    button.addEventListener("click", () => {
      const ticked = !all();
      for (const row of rows()) row.checked = ticked;
      name();
    });
    form.addEventListener("change", name);
  }

  /* A double click sends a form once; coming back with the browser's button frees it again. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
})();
