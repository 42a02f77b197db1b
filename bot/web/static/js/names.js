// The contract's labels and what the page calls them.
export const STAGES = [
  ["situation", "状况", "状况性问题"],
  ["problem", "问题", "问题性问题"],
  ["implication", "影响", "影响性问题"],
  ["need_payoff", "权衡得失", "权衡得失性问题"],
  ["proposal", "方案", "方案"],
  ["commitment", "承诺", "承诺"],
];

export const KINDS = { situation: "状况性", problem: "问题性", implication: "影响性", need_payoff: "权衡得失性" };

export const STATUSES = {
  implied: "暗示",
  developed: "已放大",
  explicit: "明确",
  matched: "已匹配",
  committed: "已承诺",
  dismissed: "已排除",
};

// What the ledger says before there is anything in it.
export const LEGEND = [
  ["implied", "“有点麻烦，还不要紧”"],
  ["developed", "影响算清楚了，客户认了"],
  ["explicit", "客户自己说想要"],
  ["matched", "有产品接得上"],
];

// How far along the way from a hint to a product a status is.
export const DEGREES = { implied: 1, developed: 2, explicit: 3, matched: 4, committed: 4, dismissed: 0 };

// The visit's commands; the first four act on the open question.
export const COMMANDS = [
  { title: "下一个", payload: "/next_question", question: true },
  { title: "跳过", payload: "/skip_question", question: true },
  { title: "换个问法", payload: "/rephrase_question", question: true },
  { title: "为什么问这个", payload: "/why_question", question: true },
  { title: "总结", payload: "/visit_summary" },
  { title: "结束", payload: "/end_visit" },
];

export const MODES = { visit: "拜访", practice: "演练", idle: "" };

export const SUGGESTIONS = [
  { title: "帮我准备明天拜访…", note: "补上客户名，先看拜访准备", fill: "帮我准备明天拜访" },
  { title: "协定存款起存多少", note: "查产品的门槛、利率、材料", send: "协定存款起存多少" },
  { title: "我今天有什么待办", note: "看看要跟进的事", send: "我今天有什么待办" },
];

export const LIMIT = 2000;
