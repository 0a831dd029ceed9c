/* Offers completions under a search box marked data-complete-url (ARIA combobox with a listbox).

   The box works without it. Nothing is asked of anybody else. */
(() => {
  "use strict";
  const PAUSE = 180; // milliseconds without a key before asking

  for (const box of document.querySelectorAll("input[data-complete-url]")) {
    const list = document.createElement("ul");
    list.id = `${box.id}-completions`;
    list.className = "completions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Propositions");
    const said = document.createElement("p");
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    box.parentElement.append(list, said);
    // A box of type search may not be a combobox; what it sends is the same.
    box.type = "text";
    box.inputMode = "search";
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-expanded", "false");
    box.setAttribute("aria-controls", list.id);

    let waiting = 0;
    let asked = "";
    let at = -1; // the option pointed at; -1 for the box itself
    let typed = "";

    const options = () => [...list.children];

    const point = (place) => {
      at = place;
      options().forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
      const option = list.children[at];
      if (option) {
        box.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else box.removeAttribute("aria-activedescendant");
      box.value = option ? option.dataset.text : typed;
    };

    const close = () => {
      clearTimeout(waiting);
      asked = "";
      list.hidden = true;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
      at = -1;
    };

    const choose = (option) => {
      box.value = option.dataset.text;
      close();
      box.form.requestSubmit();
    };

    const show = (completions) => {
      list.replaceChildren(
        ...completions.map(({ text, kind }, n) => {
          const option = document.createElement("li");
          option.id = `${list.id}-${n}`;
          option.dataset.text = text;
          option.setAttribute("role", "option");
          option.setAttribute("aria-selected", "false");
          const words = document.createElement("span");
          words.textContent = text;
          const label = document.createElement("span");
          label.className = "completion-kind";
          label.textContent = kind;
          option.append(words, " ", label);
          return option;
        }),
      );
      at = -1;
      const count = completions.length;
      list.hidden = count === 0;
      box.setAttribute("aria-expanded", String(count > 0));
      box.removeAttribute("aria-activedescendant");
      if (count === 0) said.textContent = "Aucune proposition.";
      else if (count === 1) said.textContent = "Une proposition.";
      else said.textContent = `${count} propositions.`;
    };

    const ask = async () => {
      const words = box.value.trim();
      if (words === asked) return;
      asked = words;
      if (words.length < 2) {
        close();
        return;
      }
      try {
        const url = `${box.dataset.completeUrl}?q=${encodeURIComponent(words)}`;
        const answer = await (await fetch(url)).json();
        // Late: something else was typed, or the list was closed.
        if (asked === words && document.activeElement === box) show(answer.completions);
      } catch {
        close();
      }
    };

    box.addEventListener("input", () => {
      typed = box.value;
      clearTimeout(waiting);
      waiting = setTimeout(ask, PAUSE);
    });
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || list.hidden) return;
      const count = list.children.length;
      if (event.key === "ArrowDown") point(at + 1 < count ? at + 1 : -1);
      else if (event.key === "ArrowUp") point(at < 0 ? count - 1 : at - 1);
      else if (event.key === "Escape") {
        box.value = typed;
        close();
      } else if (event.key === "Enter" && at >= 0) choose(list.children[at]);
      else return;
      event.preventDefault();
    });
    box.addEventListener("blur", close);
    // The box keeps the focus, so that pressing an option does not close the list first.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) choose(option);
    });
  }
})();
