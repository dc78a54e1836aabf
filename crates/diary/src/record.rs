//! The lines of a trace, self-describing: names instead of numbers, ISO dates, means beside what was drawn.

use serde::{Deserialize, Serialize};

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    Person(Person),
    Day(Day),
}

/// Why a person is traced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Story {
    /// The announcement's own example: a chat about hiking, then groups, friends' posts and ads about it.
    Hiking,
    /// The same with another topic, where nobody who was looked at had the hiking one.
    OtherTopic,
    /// A chat of a class that the promise names, caught by the detector.
    SensitiveCaught,
    /// Chats in a market where they are not used.
    NotHere,
    /// Chats of a person declared 13 to 17.
    Minor,
    /// Anybody.
    Anybody,
}

/// Who a traced person is: the same in every arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// `market/age/assistant/index`, or `others` for people who do not use the assistant.
    pub id: String,
    pub story: Story,
    pub market: String,
    /// Declared age.
    pub age: String,
    /// A minor, whatever age is declared.
    pub minor: bool,
    /// People represented.
    pub weight: f64,
    pub apps: Vec<String>,
    /// Apps that a chat on each surface reaches, under `arm`.
    pub accounts: Vec<Accounts>,
    /// Surfaces on which the person is logged in.
    pub logged_in: Vec<String>,
    /// Whether a profile chooses the person's ads at all.
    pub personalised: bool,
    /// Ad load relative to an adult's; 0 where the person pays for no ads.
    pub ad_load: f64,
    /// Opening, sessions and behaviour relative to the mean person.
    pub activity: f64,
    /// Chance of a day with chats.
    pub chat_rate: f64,
    /// Share of chats held by voice.
    pub voice_share: f64,
    /// Standing interests.
    pub interests: Vec<Interest>,
    /// Sensitive classes that concern the person.
    pub traits: Vec<String>,
    pub notices: Notices,
    /// The base arm, and the arm whose story is told.
    pub base: String,
    pub arm: String,
    pub lead: Option<Lead>,
}

/// Apps that a chat on a surface reaches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accounts {
    pub surface: String,
    pub apps: Vec<String>,
}

/// One of a person's true interests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interest {
    pub topic: String,
    /// True interest, 0 to about 1.5.
    pub strength: f64,
}

/// Dates of the notice funnel; what the person then did is `quit` or `cut-down`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Notices {
    pub shown: Option<String>,
    pub opened: Option<String>,
    pub understood: Option<String>,
    pub acted: Option<String>,
    pub act: Option<String>,
}

/// The chat that begins the story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lead {
    pub date: String,
    /// Number of the chat on that day.
    pub chat: u8,
    pub topic: String,
}

/// One reported day of a person under one arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Day {
    pub person: String,
    pub arm: String,
    pub date: String,
    pub opened: Vec<String>,
    /// Topics of passing intents that are alive today.
    pub intents: Vec<String>,
    pub behaviours: Vec<Behaviour>,
    pub visits: Vec<Visit>,
    /// Candidate chats, the same in every arm; their fates are not.
    pub chats: Vec<Chat>,
    pub signals: Vec<Signal>,
    /// Apps opened.
    pub feeds: Vec<Feed>,
    /// What the evening drew.
    pub acts: Vec<Act>,
    /// Notices and lasting reactions of the day: `notice-shown`, `quit`, …
    pub events: Vec<String>,
}

/// Likes, follows, posts, watches on a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Behaviour {
    pub app: String,
    pub topic: String,
    pub count: u32,
}

/// Off-platform visits on a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    pub topic: String,
    pub count: u32,
}

/// A chat with the assistant, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chat {
    pub number: u8,
    pub surface: String,
    pub voice: bool,
    pub logged_in: bool,
    /// Nothing that sells has no topic.
    pub topic: Option<String>,
    /// Sensitive class.
    pub class: Option<String>,
    /// `used`, or what stopped it: `quit`, `cut-down`, `not-in-force`, `logged-out`, `opted-out`, `incognito`,
    /// `nothing-to-take`, `caught`, `not-read`, `declared-minor`, `not-for-this`, `no-account`.
    pub fate: String,
    /// The detector took it for a sensitive one, whatever was made of that.
    pub caught: bool,
}

/// A signal born today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// Number of its chat.
    pub chat: u8,
    pub topic: String,
    pub surface: String,
    /// Signal mass (likes).
    pub weight: f64,
    /// Apps whose ads, and whose content, it may choose.
    pub ads: Vec<String>,
    pub content: Vec<String>,
    /// How a sensitive chat came to choose anything.
    pub route: Option<String>,
}

/// Amounts by what they are attributed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    pub broad: f64,
    pub behaviour: f64,
    pub chat: f64,
}

impl Flow {
    /// All sources together.
    pub fn total(self) -> f64 {
        self.broad + self.behaviour + self.chat
    }
}

/// The same, drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    pub broad: u32,
    pub behaviour: u32,
    pub chat: u32,
}

/// A day in one app: means, and what was drawn of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feed {
    pub app: String,
    /// Mean ad slots offered and ads shown.
    pub slots: f64,
    pub ads: Flow,
    pub spend_usd: f64,
    /// Mean ads that differ from the base arm's.
    pub displaced: f64,
    /// Mean organic items.
    pub items: Flow,
    pub topics: Vec<OnTopic>,
}

/// What one app made of one topic of the person's profile today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OnTopic {
    pub topic: String,
    /// True interest today.
    pub strength: f64,
    /// Signal mass from behaviour, and from chats for ads and for content (likes).
    pub x_behaviour: f64,
    pub x_chat_ads: f64,
    pub x_chat_content: f64,
    /// Mean ads on the topic beyond those that show it to anybody.
    pub ads: Flow,
    /// Their share of the weight of all ads in the race for a slot.
    pub race_share: f64,
    /// Mean organic items on the topic.
    pub items: Flow,
    pub drawn_ads: Drawn,
    pub drawn_items: Vec<Items>,
}

/// Items of one type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Items {
    /// `friends`, `reels`, `groups`, `pages`.
    pub kind: String,
    pub behaviour: u32,
    pub chat: u32,
}

/// A click, or an ad recognised as born of a chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Act {
    pub app: String,
    pub topic: Option<String>,
    pub click: bool,
    /// Attributed to chats.
    pub chat: bool,
}
