// What a page does beyond its HTML: frames of an answer, records in place, keys, the lock. Without it all of it works
// by links and forms. No data is kept here, and nothing is asked of any source that nobody asked for.
(() => {
  "use strict";
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const FRAMES = new Set(["understood", "panels", "complete", "stopped"]);

  // --- Frames. The stream names its events; htmx swaps only unnamed ones, so the name is taken off once it is read.
  document.addEventListener("htmx:sse:before:message", (event) => {
    const message = event.detail.message;
    if (!FRAMES.has(message.event)) return;
    const name = message.event;
    message.event = "";
    queueMicrotask(() => setTimeout(() => arrived(name), 0));
  });

  function arrived(name) {
    if (name === "understood") {
      closeRecord(false);
      one(".shift").open = false;
      one("#answer-title")?.focus({ preventScroll: true });
    }
    if (name === "complete" || name === "stopped") one("#strip")?.setAttribute("aria-busy", "false");
  }

  // --- Records open beside the answer; Escape or Back returns to it, and nothing is asked again.
  let openedFrom = null;

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.record-link");
    if (link && one("#record") && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      openRecord(link);
    }
    const close = event.target.closest("a.close-record");
    if (close && document.body.classList.contains("record-open")) {
      event.preventDefault();
      history.back();
    }
    const photograph = event.target.closest("a.show-photograph");
    if (photograph) {
      event.preventDefault();
      const picture = document.createElement("img");
      picture.alt = "Photograph";
      picture.src = photograph.getAttribute("href");
      photograph.parentElement.replaceChildren(picture);
    }
    const fill = event.target.closest("button.fill");
    if (fill) fillForm(JSON.parse(fill.dataset.fill));
  });

  async function openRecord(link) {
    openedFrom = link.getAttribute("href");
    const place = one("#record");
    if (!document.body.classList.contains("record-open")) history.pushState({ record: true }, "");
    document.body.classList.add("record-open");
    place.hidden = false;
    await htmx.ajax("GET", openedFrom, { target: "#record", swap: "innerHTML" });
    one("#record-title, #record h1")?.focus();
  }

  function closeRecord(andFocus) {
    const place = one("#record");
    document.body.classList.remove("record-open");
    if (!place) return;
    place.hidden = true;
    place.replaceChildren();
    if (andFocus && openedFrom) all("a.record-link").find((link) => link.getAttribute("href") === openedFrom)?.focus();
    openedFrom = null;
  }

  addEventListener("popstate", () => closeRecord(true));

  function fillForm(typed) {
    const form = one("#ask");
    for (const field of form.elements) {
      if (field.name && field.type !== "checkbox" && field.type !== "hidden") field.value = typed[field.name] ?? "";
    }
    if (Object.keys(typed).some((name) => one(`.more [name="${name}"]`))) one("details.more").open = true;
    one("#q").focus();
  }

  // --- Keys. Single letters rest while someone types, and can be switched off.
  document.addEventListener("keydown", (event) => {
    if (event.key === "F2" && one(".shift")) {
      event.preventDefault();
      one(".shift").open = true;
      one("#purpose").focus();
      return;
    }
    if (event.key === "Escape") {
      if (document.body.classList.contains("record-open")) history.back();
      return;
    }
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (typing || event.ctrlKey || event.altKey || event.metaKey || document.body.dataset.singleKeys === "off") return;
    const people = all(".person");
    const at = people.indexOf(document.activeElement.closest?.(".person"));
    if (event.key === "/" && one("#q")) go(one("#q"), event);
    else if (event.key === "?" && one(".user")) {
      one(".user").open = true;
      one(".keys").open = true;
      go(one(".keys summary"), event);
    } else if (event.key === "j" && people.length) go(people[Math.min(at + 1, people.length - 1)], event);
    else if (event.key === "k" && people.length) go(people[Math.max(at - 1, 0)], event);
    else if (/^[1-9]$/.test(event.key) && one(`.panel[data-number="${event.key}"]`)) {
      if (document.body.classList.contains("record-open")) return;
      go(one(`.panel[data-number="${event.key}"]`), event);
    } else if (event.key === "p" && one("#print")) {
      one("#print").open = true;
      go(one("#recipient"), event);
    } else if (event.key === "Enter" && document.activeElement.matches?.(".person, .panel")) {
      const link = one("a.record-link", document.activeElement);
      if (link) openRecord(link);
    }
  });

  function go(element, event) {
    event.preventDefault();
    element.focus();
    element.scrollIntoView({ block: "nearest" });
  }

  // --- Errors are read first.
  document.addEventListener("htmx:after:swap", () => one("#question #errors")?.focus());
  one("#errors")?.focus();

  // --- Colors and keys are kept as soon as they are chosen.
  one("#appearance")?.addEventListener("change", (event) => {
    const form = event.currentTarget;
    document.body.dataset.singleKeys = form.elements.keys.value;
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
  });

  // --- Signing out ends at the provider too.
  one("#signout-there")?.submit();

  // --- The lock. Any act starts the time again; the server keeps its own.
  const idle = Number(one('meta[name="sightline-idle-s"]')?.content ?? 0);
  if (idle) {
    const warning = one("#lock");
    let until = Date.now() + idle * 1000;
    const acted = () => {
      if (!warning.open) until = Date.now() + idle * 1000;
    };
    document.addEventListener("htmx:before:request", acted);
    one("#lock-stay").addEventListener("click", async () => {
      warning.close();
      acted();
      await fetch("/", { redirect: "manual" });
    });
    one("#lock-now").addEventListener("click", () => lock());
    setInterval(() => {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (left <= 0) lock();
      else if (left <= 60) {
        if (!warning.open) warning.showModal();
        one("#lock-left").textContent = String(left);
      }
    }, 1000);

    function lock() {
      if (document.body.classList.contains("locked")) return;
      if (warning.open) warning.close();
      one("#answer")?.replaceChildren();
      all(".stories, .officers, .chart, .kept").forEach((seen) => seen.remove());
      document.body.classList.add("locked");
      const at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
      const words = document.createElement("section");
      words.className = "message";
      const title = document.createElement("h1");
      title.textContent = `Locked at ${at}. What you typed is kept here.`;
      const link = document.createElement("a");
      link.href = "/signin";
      link.target = "_blank";
      link.className = "usa-button";
      link.textContent = "Sign in again, new tab";
      words.append(title, link);
      document.body.append(words);
      link.addEventListener("click", () => {
        words.remove();
        document.body.classList.remove("locked");
        until = Date.now() + idle * 1000;
      });
      link.focus();
    }
  }
})();
