"use strict";
(() => {
  const list = document.getElementById("list");
  if (!list) return;
  const fields = ["q", "side", "property", "severity", "certain", "kind", "target"];
  const at = (id) => document.getElementById(id);
  const findings = Array.from(list.children).map((own) => ({
    own,
    text: own.textContent.toLowerCase(),
    kinds: own.dataset.kinds.split(" "),
    targets: own.dataset.targets.split(" "),
  }));
  // A cell of the matrix stands for several targets; a list of one kind of field has only one.
  let several = null;

  const show = () => {
    const wanted = Object.fromEntries(fields.map((id) => [id, at(id).value]));
    const words = wanted.q.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { own, text, kinds, targets } of findings) {
      const plain = ["side", "property", "severity", "certain"].every((id) => !wanted[id] || own.dataset[id] === wanted[id]);
      const who = !wanted.kind || kinds.includes(wanted.kind);
      const what = several
        ? several.some((target) => targets.includes(target))
        : !wanted.target || targets.includes(wanted.target);
      const fits = plain && who && what && words.every((word) => text.includes(word));
      own.hidden = !fits;
      if (fits) shown += 1;
    }
    at("shown").textContent = `${shown} of ${findings.length} findings shown`;
  };

  const reset = () => {
    for (const id of fields) at(id).value = "";
    several = null;
  };

  at("filters").addEventListener("input", (event) => {
    if (event.target.id === "target") several = null;
    show();
  });
  at("filters").addEventListener("submit", (event) => event.preventDefault());
  at("filters").addEventListener("reset", () => { several = null; setTimeout(show); });

  // Links that lead to some of the findings.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href="#findings"]');
    if (!link) return;
    const { kind, targets, property, search } = link.dataset;
    if (kind === undefined && property === undefined && search === undefined) return;
    reset();
    if (kind !== undefined) at("kind").value = kind;
    if (targets !== undefined) {
      const own = targets.split(" ");
      if (own.length === 1) at("target").value = own[0]; else several = own;
    }
    if (property !== undefined) at("property").value = property;
    if (search !== undefined) at("q").value = search;
    show();
    const first = findings.find(({ own }) => !own.hidden);
    if (first) first.own.querySelector("summary").focus({ preventScroll: true });
  });

  const open = () => {
    const own = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (own && own.parentNode === list) {
      own.hidden = false;
      own.open = true;
      own.scrollIntoView();
    }
  };
  addEventListener("hashchange", open);
  open();

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      at("q").focus();
    }
  });

  // What is folded away is printed too, as far as it is shown.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = Array.from(document.querySelectorAll("details:not([open])"));
    for (const own of folded) own.open = true;
  });
  addEventListener("afterprint", () => { for (const own of folded) own.open = false; });
})();
