(() => {
  "use strict";
  const cards = Array.from(document.querySelectorAll(".card"));
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const field = (name) => document.getElementById(name);
  const names = ["search", "language", "outlet", "tier", "wording", "from", "to"];
  const texts = new Map();
  const fold = (text) => text.normalize("NFC").toLowerCase();
  // Text is folded when somebody searches, not when the page opens.
  const textOf = (card) => {
    let text = texts.get(card);
    if (text === undefined) {
      text = fold(card.textContent);
      texts.set(card, text);
    }
    return text;
  };
  const apply = () => {
    const value = Object.fromEntries(names.map((name) => [name, field(name).value]));
    const words = fold(value.search).split(/\s+/).filter(Boolean);
    let n = 0;
    for (const card of cards) {
      const data = card.dataset;
      const fits =
        (value.language === "" || data.languages.includes(" " + value.language + " ")) &&
        (value.outlet === "" || data.outlets.includes(" " + value.outlet + " ")) &&
        (value.tier === "" || data.tier === value.tier) &&
        (value.wording === "" || data.wording === value.wording) &&
        (value.from === "" || data.last >= value.from) &&
        (value.to === "" || (data.first !== "" && data.first <= value.to)) &&
        words.every((word) => textOf(card).includes(word));
      card.hidden = !fits;
      n += fits ? 1 : 0;
    }
    shown.textContent = n === cards.length ? n + " claims" : n + " of " + cards.length + " claims";
  };
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 150);
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", soon);
  form.addEventListener("reset", () => setTimeout(apply, 0));
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field("search").focus();
    }
  });
  // A link to a claim that is filtered away shows it.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.hidden) {
      form.reset();
      setTimeout(() => target.scrollIntoView(), 50);
    }
  };
  window.addEventListener("hashchange", reveal);
  apply();
})();
