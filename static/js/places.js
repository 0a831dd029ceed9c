/* Suggests communes under a text box marked data-completion-url; the box works without it. */
(() => {
  "use strict";
  for (const box of document.querySelectorAll("input[data-completion-url]")) {
    const list = document.getElementById(box.getAttribute("list"));
    if (!list) continue;
    let waiting = 0;
    let asked = "";
    box.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const typed = box.value.trim();
        if (typed.length < 2 || typed === asked || typed.includes("(")) return;
        asked = typed;
        try {
          const url = `${box.dataset.completionUrl}?q=${encodeURIComponent(typed)}`;
          const answer = await (await fetch(url)).json();
          if (asked !== typed) return;
          list.replaceChildren(
            ...answer.places.map((place) => {
              const option = document.createElement("option");
              option.value = place.label;
              return option;
            }),
          );
        } catch {
          list.replaceChildren();
        }
      }, 200);
    });
  }
})();
