"""What the program itself says, where no answer and no response of domain.yml is at hand."""

FAULT = (
    "Sorry, something went wrong on our side and I could not answer. Please try again. "
    "If somebody is in danger, call 999."
)
GONE = "That answer is no longer here. Please write your question in your own words."
NOTHING_TO_READ = (
    "I can only read words. Please write your question, for example: "
    "How do I get my file from the Home Office?"
)
NOT_TEXT = (
    "I can only read text. I did not open what you sent. Please write your question in words, "
    "and leave out names, numbers and documents: I do not need them."
)
CHOOSE = "I am not sure what you mean. Is it one of these? If not, please ask in other words."
UNREVIEWED = "Not yet checked by a lawyer. General information, not advice on your case."
REVIEWED = "Checked by {by} on {on}. General information, not advice on your case."
WHO_CAN_HELP = "Who can help"
SOURCES = "Where this comes from"
BE_CAREFUL = "Be careful"
NATIONS = {
    "scotland": "In Scotland",
    "northern_ireland": "In Northern Ireland",
    "wales": "In Wales",
}
UNCERTAIN = "What is not certain"
MORE = "More"
FORGOTTEN_HERE = (
    "I have forgotten this chat. I kept only your last choices, in memory. Telegram did not let me "
    "delete the messages: to remove them, delete this chat in Telegram, for both sides."
)
FORGOTTEN = (
    "I have forgotten this chat. I kept only your last choices, in memory. I also asked Telegram "
    "to delete our messages of the last 48 hours, on both sides. Look whether they are gone: what "
    "you still see I could not delete. To remove all, delete this chat in Telegram, for both sides."
)
DELETE_IT = (
    "Telegram did not let me delete your message. If you can, delete it yourself: hold your finger "
    "on it, then choose Delete, for both sides."
)
TOO_MANY = (
    "You send messages faster than I can answer. Please wait a minute, then ask again. "
    "If somebody is in danger, call 999."
)
NOTHING_TO_CONTINUE = "Tell me first what you want to know more about. Please write your question."
NOT_KNOWN = (
    "I do not know that, so I will not guess. I can help with digital rights: your data, eVisa, "
    "phone, GPS tag, and who shares what. For your own case, speak to a regulated adviser: it can "
    "be free."
)
FIND_ADVISER = {"title": "Find an adviser", "payload": "/find_adviser"}
NOTHING_MORE = "There is nothing more on this question."
WHO_HELPS = "These organisations may help with {what}, {where}."
ANY_HELP = "what you need"
AND = " and "
NEAR = "for somebody in {place}"
IN_THE_UK = "in the UK"
ASK_THEM = "I do not know who has free places today, or in which languages they answer. Ask them."
NONE_LOCAL = " I know none in {place} itself: these work in a wider area."
