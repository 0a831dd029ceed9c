/* Fields of /cms/ that Wagtail leaves without a name are given that of their block, or their label.

   Their label is a heading above them, or is tied to a hidden field: a screen reader would only say
   “text”. Blocks come and go, so what is added is named too. */
(() => {
  "use strict";
  const FIELDS = "input:not([type=hidden]), textarea, select, [role=textbox]";
  let given = 0;

  const isNamed = (field) =>
    field.labels?.length || field.hasAttribute("aria-label") || field.hasAttribute("aria-labelledby");

  const headingOf = (field) => {
    const label = field.closest("[data-field-wrapper]")?.querySelector(".w-field__label");
    if (label) return label;
    const heading = field.closest("[data-panel]")?.querySelector("[data-panel-heading]");
    // The kind of block alone: the rest of its heading repeats what the field holds.
    if (heading) return heading.querySelector(".c-sf-block__type") ?? heading;
    return field.closest(".replace-file-input")?.querySelector("button"); // drawn over the field
  };

  const nameAll = () => {
    for (const field of document.querySelectorAll(FIELDS)) {
      if (isNamed(field)) continue;
      const heading = headingOf(field);
      if (!heading) continue;
      if (!heading.id) heading.id = `field-name-${(given += 1)}`;
      field.setAttribute("aria-labelledby", heading.id);
    }
  };

  let asked = false;
  const nameSoon = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      nameAll();
    });
  };

  const start = () => {
    nameAll();
    new MutationObserver(nameSoon).observe(document.body, { childList: true, subtree: true });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
