/* The letter keys of the desk. They follow links and fields marked data-key="…" on the page; two keys of a sequence
   stand with a blank between them ("g q"). Nothing fires while somebody types, nor while Alt, Ctrl or Meta is held. */
"use strict";

(() => {
  const PATIENCE = 1500; // milliseconds to wait for the second key of a sequence
  let first = "";
  let pressedAt = 0;
  let hasTyped = false; // then no letter leads away from what is not sent yet

  const takesLetters = (element) =>
    element instanceof Element &&
    element.closest("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit])");

  const marked = (key) => document.querySelector(`[data-key="${CSS.escape(key)}"]`);

  function follow(key) {
    const place = marked(key);
    if (!place) return false;
    if (takesLetters(place)) {
      place.focus();
      place.select?.();
    } else if (place.tagName === "SUMMARY") {
      place.click();
      place.focus();
    } else if (!hasTyped) {
      place.click();
    }
    return true;
  }

  function isFirstOfTwo(key) {
    return document.querySelector(`[data-key^="${CSS.escape(key)} "]`) !== null;
  }

  function rows() {
    return [...document.querySelectorAll("table.desk tbody tr")];
  }

  function standing() {
    return rows().findIndex((row) => row.contains(document.activeElement));
  }

  function move(by) {
    const all = rows();
    const to = Math.min(Math.max(standing() + by, 0), all.length - 1);
    all[to]?.querySelector("th a").focus();
    return all.length > 0;
  }

  function tick() {
    const box = rows()[standing()]?.querySelector("input[type=checkbox]");
    box?.click();
    return Boolean(box);
  }

  function press(key) {
    const sequence = first && Date.now() - pressedAt < PATIENCE ? `${first} ${key}` : "";
    first = "";
    if (sequence && follow(sequence)) return true;
    if (isFirstOfTwo(key)) {
      [first, pressedAt] = [key, Date.now()];
      return true;
    }
    if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
    if (key === "x" && tick()) return true;
    return follow(key);
  }

  document.addEventListener("input", (event) => {
    if (takesLetters(event.target) && event.target.form?.method === "post") hasTyped = true;
  });

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // a Chinese word is being chosen
    const { target, key } = event;
    if (event.ctrlKey && key === "Enter" && target.form) {
      event.preventDefault();
      target.form.requestSubmit();
    } else if (key === "Escape" && takesLetters(target)) {
      target.blur();
    } else if (key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey && !takesLetters(target)) {
      if (press(key)) event.preventDefault();
    }
  });
})();
