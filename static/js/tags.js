/* Completes the last of several words, in a text box marked data-words-url; the box works without. */
(() => {
  "use strict";
  for (const box of document.querySelectorAll("input[data-words-url]")) {
    const list = document.getElementById(box.getAttribute("list"));
    if (!list) continue;
    let waiting = 0;
    let asked = "";
    box.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const cut = box.value.lastIndexOf(",") + 1;
        const before = box.value.slice(0, cut);
        const typed = box.value.slice(cut).trim();
        if (typed.length < 2 || typed === asked) return;
        asked = typed;
        try {
          const url = `${box.dataset.wordsUrl}?q=${encodeURIComponent(typed)}`;
          const answer = await (await fetch(url)).json();
          if (asked !== typed) return;
          list.replaceChildren(
            ...answer.words.map((word) => {
              const option = document.createElement("option");
              option.value = before ? `${before.trimEnd()} ${word}` : word;
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
