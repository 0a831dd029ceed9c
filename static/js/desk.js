/* A side panel left open on a large screen would hide the whole form on a small one, or at 200 %. */
(() => {
  "use strict";
  if (!window.matchMedia("(width < 50rem)").matches) return;
  try {
    localStorage.removeItem("wagtail:side-panel-open"); // what Wagtail reads next
  } catch {
    // No storage, nothing remembered.
  }
})();

/* The form of a page in /cms/: a button that is pressed while the form saves by itself waits for it.

   Sent at once, it would cross the draft that is being written: a new page would be made twice. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-edit-form]");
  if (!form) return;
  let saving = false;
  let sent = false;
  let waiting = null; // the button, once pressed

  form.addEventListener("w-autosave:save", (event) => {
    if (sent) event.preventDefault(); // what was sent is all there is to save
    else saving = true;
  });

  for (const end of ["w-autosave:success", "w-autosave:error"]) {
    form.addEventListener(end, () => {
      saving = false;
      if (!waiting) return;
      const button = waiting;
      waiting = null;
      button.disabled = false; // Wagtail takes pressed buttons away, and a form sends no such name
      form.requestSubmit(button);
    });
  }

  /* Before Wagtail hears of it. */
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target !== form || !saving) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = event.submitter ?? form.querySelector("[type=submit]");
    },
    true,
  );

  window.addEventListener("submit", (event) => {
    if (event.target === form && !event.defaultPrevented) sent = true;
  });
  window.addEventListener("pageshow", () => {
    sent = false;
  });
})();
