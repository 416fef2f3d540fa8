// Says while somebody writes which features the description has already; without it the page says so after saving.
(() => {
  const text = document.getElementById("f-description");
  const room = document.getElementById("features");
  const complaint = document.getElementById("complaint");
  const has = (element) => new RegExp(element.dataset.pattern, "i").test(text.value);
  const look = () => {
    room.querySelectorAll("li").forEach((feature) => feature.classList.toggle("is-found", has(feature)));
    complaint.hidden = !has(complaint);
  };
  room.classList.add("is-live");
  text.addEventListener("input", look);
  look();
})();
