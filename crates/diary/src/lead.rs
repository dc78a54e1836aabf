//! Finding the chain of the announcement in a diary: a chat, then groups, friends' posts and ads about it.

use crate::record::{Day, Lead, OnTopic};

/// What followed a chat, drawn, from its day on: items of the kinds named, and ads, all attributed to chats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    pub groups: u32,
    pub friends: u32,
    pub ads: u32,
}

impl Followed {
    pub fn complete(self) -> bool {
        self.groups > 0 && self.friends > 0 && self.ads > 0
    }
}

/// All that a diary says about a topic from a date on.
pub fn about<'a>(
    days: &'a [Day],
    arm: &'a str,
    from: &'a str,
    topic: &'a str,
) -> impl Iterator<Item = (&'a Day, &'a str, &'a OnTopic)> {
    days.iter()
        .filter(move |d| d.arm == arm && d.date.as_str() >= from)
        .flat_map(move |d| {
            let feeds = d.feeds.iter();
            feeds.flat_map(move |f| {
                let topics = f.topics.iter().filter(move |t| t.topic == topic);
                topics.map(move |t| (d, f.app.as_str(), t))
            })
        })
}

pub fn followed(days: &[Day], arm: &str, lead: &Lead) -> Followed {
    let mut sum = Followed::default();
    for (_, _, t) in about(days, arm, &lead.date, &lead.topic) {
        let of = |kind: &str| -> u32 {
            let items = t.drawn_items.iter().filter(|i| i.kind == kind);
            items.map(|i| i.chat).sum()
        };
        sum.groups += of("groups");
        sum.friends += of("friends");
        sum.ads += t.drawn_ads.chat;
    }
    sum
}

/// Whether a chain shows the rule at work: the chat is a tenth of what the profile holds on its topic, and more ads and
/// items on it are shown than in the base arm.
pub fn is_plain(days: &[Day], arm: &str, base: &str, lead: &Lead) -> bool {
    let shown = |arm: &str| {
        about(days, arm, &lead.date, &lead.topic).fold([0.0, 0.0], |[ads, items], (_, _, t)| {
            [ads + t.ads.total(), items + t.items.total()]
        })
    };
    let ([ads, items], [base_ads, base_items]) = (shown(arm), shown(base));
    let tenth = about(days, arm, &lead.date, &lead.topic)
        .next()
        .is_some_and(|(_, _, t)| t.x_chat_ads > 0.1 * (t.x_chat_ads + t.x_behaviour));
    tenth && ads > base_ads && items > base_items
}

/// The first chat of an arm's diary that led to all three: about its own topic (the one given, if any), and with two apps
/// or more to go to, Facebook among them.
pub fn find(days: &[Day], arm: &str, topic: Option<&str>) -> Option<Lead> {
    days.iter()
        .filter(|d| d.arm == arm)
        .flat_map(|d| {
            d.chats.iter().flat_map(move |chat| {
                d.signals.iter().filter_map(move |s| {
                    let own = s.chat == chat.number
                        && s.route.is_none()
                        && chat.topic.as_ref() == Some(&s.topic);
                    let joined = s.ads.len() > 1 && s.ads.iter().any(|app| app == "facebook");
                    (own && joined).then(|| Lead {
                        date: d.date.clone(),
                        chat: chat.number,
                        topic: s.topic.clone(),
                    })
                })
            })
        })
        .filter(|lead| topic.is_none_or(|t| t == lead.topic))
        .find(|lead| followed(days, arm, lead).complete())
}
