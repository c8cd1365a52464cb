// The chat on the page. It keeps everything in this page's memory: no cookie, no storage, no address.

const log = document.getElementById("log");
const status = document.getElementById("status");
const form = document.getElementById("form");
const question = document.getElementById("question");

// Only tells this page's turns apart from another page's; it ends with the page.
const chat = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
  byte.toString(16).padStart(2, "0")
).join("");

const NATIONS = {
  scotland: "In Scotland",
  northern_ireland: "In Northern Ireland",
  wales: "In Wales",
};

function element(tag, text, properties = {}) {
  const made = Object.assign(document.createElement(tag), properties);
  if (text) made.textContent = text;
  return made;
}

function link(text, url) {
  return element("a", text, { href: url, target: "_blank", rel: "noopener noreferrer" });
}

function list(tag, items, build) {
  const made = element(tag);
  for (const item of items) {
    const line = element("li");
    line.append(...[build(item)].flat());
    made.append(line);
  }
  return made;
}

function section(title, ...content) {
  const made = element("section");
  made.append(element("h3", title), ...content);
  return made;
}

function paragraphs(text) {
  return text
    .split(/\n\s*\n/)
    .filter((part) => part.trim())
    .map((part) => element("p", part.trim(), { className: "pre" }));
}

function choiceButtons(choices) {
  const group = element("div", "", { className: "choices" });
  for (const choice of choices) {
    const button = element("button", choice.title, { type: "button" });
    button.addEventListener("click", () => {
      addQuestion(choice.title);
      send({ choose: choice.id });
    });
    group.append(button);
  }
  return choices.length ? [group] : [];
}

function organisation(one) {
  const line = [link(one.name, one.url)];
  if (one.phone) {
    line.push(" ", element("a", one.phone, { href: `tel:${one.phone.replace(/\s/g, "")}` }));
  }
  line.push(document.createTextNode(`: ${one.does}${one.area === "UK" ? "" : ` (${one.area})`}`));
  return line;
}

function moreDetails(answer) {
  const content = answer.more ? paragraphs(answer.more) : [];
  for (const [nation, text] of Object.entries(answer.nations)) {
    content.push(element("h3", NATIONS[nation]), ...paragraphs(text));
  }
  if (answer.uncertain) {
    content.push(element("h3", "What is not certain"), ...paragraphs(answer.uncertain));
  }
  if (!content.length) return [];
  const details = element("details");
  details.append(element("summary", "More"), ...content);
  return [details];
}

function reviewLine(answer) {
  return answer.reviewed_by
    ? `Checked by ${answer.reviewed_by} on ${answer.reviewed_on}. General information, not advice on your case.`
    : "Not yet checked by a lawyer. General information, not advice on your case.";
}

function answerCard(answer) {
  const card = element("article", "", {
    className: answer.emergency ? "card answer emergency" : "card answer",
  });
  card.append(element("h2", answer.title), ...paragraphs(answer.answer));
  if (answer.steps.length) card.append(list("ol", answer.steps, (step) => document.createTextNode(step)));
  if (answer.warnings.length) card.append(section("Be careful", ...answer.warnings.flatMap(paragraphs)));
  if (answer.organisations.length) {
    card.append(section("Who can help", list("ul", answer.organisations, organisation)));
  }
  card.append(...moreDetails(answer));
  card.append(
    section(
      "Where this comes from",
      list("ul", answer.sources, (source) => [
        link(source.title, source.url),
        document.createTextNode(` (${source.date})`),
      ])
    ),
    element("p", reviewLine(answer), {
      className: answer.reviewed_by ? "review" : "review unreviewed",
    }),
    ...choiceButtons(answer.next)
  );
  return card;
}

function textCard(message) {
  const card = element("div", "", { className: "card" });
  card.append(...paragraphs(message.text), ...choiceButtons(message.choices));
  return card;
}

function choicesCard(message) {
  const card = element("div", "", { className: "card" });
  card.append(
    element("p", "I am not sure what you mean. Is it one of these? If not, please ask in other words."),
    ...choiceButtons(message.choices)
  );
  return card;
}

function moreCard(message) {
  const details = moreDetails(message.answer);
  if (!details.length) return textCard({ text: "There is nothing more on this question.", choices: [] });
  details[0].open = true;
  const card = element("div", "", { className: "card" });
  card.append(...details);
  return card;
}

function noteCard(message) {
  return element("p", message.text, { className: "card note", lang: message.language, dir: "auto" });
}

function noticeCard(message) {
  return element("p", message.text, { className: "card notice", lang: message.language, dir: "auto" });
}

const CARDS = {
  text: textCard,
  note: noteCard,
  notice: noticeCard,
  choices: choicesCard,
  answer: (message) => answerCard(message.answer),
  more: moreCard,
};

function addQuestion(text) {
  log.append(element("p", text, { className: "mine", dir: "auto" }));
}

function addMessages(messages) {
  log.append(...messages.map((message) => CARDS[message.kind](message)));
  // The question stays in view above its answer.
  [...log.querySelectorAll(".mine")].at(-1)?.scrollIntoView({ block: "start", behavior: "auto" });
}

let waiting = 0;

async function send(request) {
  waiting += 1;
  status.textContent = "Looking for an answer …";
  try {
    const response = await fetch("/api/chat", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ chat, ...request }),
    });
    const content = await response.json();
    addMessages(response.ok ? content.messages : [{ kind: "text", text: content.error, choices: [] }]);
  } catch {
    const text = "I cannot be reached now. Check your connection and send it again. In danger? Call 999.";
    addMessages([{ kind: "text", text, choices: [] }]);
  } finally {
    waiting -= 1;
    if (!waiting) status.textContent = "";
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = question.value.trim();
  if (!text) return;
  question.value = "";
  addQuestion(text);
  send({ ask: text });
});

question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

send({ choose: "greeting" });
