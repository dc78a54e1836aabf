//! A month in sums: the chats and their fates, and the two arms side by side.

use super::words::{Page, date, list, many, quoted};
use crate::record::{Chat, Day, Person, Story};

/// Tells the chats of a person without a chain, and what stopped each.
pub fn chats(page: &mut Page, person: &Person, days: &[Day]) {
    page.heading("The chats");
    if person.story == Story::NotHere {
        page.text_of(&format!(
            "Chats are not used in {} in this window.",
            person.market
        ));
    }
    let (mut told, mut idle) = (0, 0);
    for day in days.iter().filter(|d| d.arm == person.arm) {
        for chat in &day.chats {
            if chat.topic.is_none() {
                idle += 1;
                continue;
            }
            told += 1;
            page.line(&format!("  {}: {}", date(&day.date), one(chat, day)));
        }
    }
    page.text_of(&match (told, idle) {
        (0, 0) => "None in this window.".to_owned(),
        (0, n) => format!(
            "{}, none of them about anything that sells.",
            many(n, "chat", "chats")
        ),
        (_, 0) => return,
        (_, n) => format!("And {} about nothing that sells.", many(n, "chat", "chats")),
    });
}

fn one(chat: &Chat, day: &Day) -> String {
    let topic = chat.topic.as_deref().map(quoted).unwrap_or_default();
    let class = chat.class.as_deref();
    let about = format!(
        "about {topic}{}",
        class.map_or_else(String::new, |c| format!(" (sensitive: {c})"))
    );
    let how = if chat.voice { "voice" } else { "text" };
    let caught = if chat.caught && chat.fate != "caught" {
        " The detector kept it out of ads."
    } else {
        ""
    };
    let mut told = format!(
        "{} ({how}), {about}. {}{caught}",
        chat.surface,
        fate(&chat.fate)
    );
    for s in day.signals.iter().filter(|s| s.chat == chat.number) {
        let route = match s.route.as_deref() {
            Some("missed") => ", missed by the detector",
            Some("neighbour") => ", by way of a neighbouring topic",
            Some(_) if s.ads.is_empty() => ", since the promise is for ads",
            Some(_) => ", a subject that the promise does not name",
            None => "",
        };
        told += &format!(
            " Signal about {}{route}: ads in {}, content in {}.",
            quoted(&s.topic),
            list(&s.ads),
            list(&s.content)
        );
    }
    told
}

fn fate(fate: &str) -> &'static str {
    match fate {
        "used" => "Used.",
        "quit" => "Not held: the person had quit the assistant.",
        "cut-down" => "Not held: the person had cut down.",
        "not-in-force" => "Not used: the rule is not in force here on this day.",
        "logged-out" => "Not used: the person was logged out.",
        "opted-out" => "Not used: the person's control keeps chats out.",
        "incognito" => "Not used: held incognito.",
        "caught" => "Not used: the detector caught it.",
        "not-read" => "Not used: the topic was not read.",
        "declared-minor" => "Not used: declared 13 to 17.",
        "no-account" => "Not used: no account to go to.",
        _ => "Not used: chats may choose neither ads nor content.",
    }
}

/// The month under the told arm and under the base.
pub fn both_arms(page: &mut Page, person: &Person, days: &[Day]) {
    let sum = |arm: &str| {
        let mut sums = Sums::default();
        for day in days.iter().filter(|d| d.arm == arm) {
            sums.used += day.chats.iter().filter(|c| c.fate == "used").count();
            sums.clicks += day.acts.iter().filter(|a| a.click).count();
            sums.recognised += day.acts.iter().filter(|a| !a.click).count();
            for feed in &day.feeds {
                sums.ads += feed.ads.total();
                sums.chat_ads += feed.ads.chat;
                sums.displaced += feed.displaced;
                sums.items += feed.items.total();
                sums.chat_items += feed.items.chat;
            }
        }
        sums
    };
    let (with, base) = (sum(&person.arm), sum(&person.base));
    page.heading("The window under both arms");
    page.row(&format!(
        "  {:<42}{:>14}{:>14}",
        "", person.arm, person.base
    ));
    let mut row =
        |name: &str, a: String, b: String| page.row(&format!("  {name:<42}{a:>14}{b:>14}"));
    let mean = |x: f64| format!("{x:.2}");
    row("chats used", with.used.to_string(), base.used.to_string());
    row("ads shown (mean)", mean(with.ads), mean(base.ads));
    row(
        "  attributed to chats",
        mean(with.chat_ads),
        mean(base.chat_ads),
    );
    row(
        "  displaced: other ads than in the base arm",
        mean(with.displaced),
        mean(base.displaced),
    );
    row(
        "posts, Reels and groups shown (mean)",
        mean(with.items),
        mean(base.items),
    );
    row(
        "  attributed to chats",
        mean(with.chat_items),
        mean(base.chat_items),
    );
    row(
        "ads clicked",
        with.clicks.to_string(),
        base.clicks.to_string(),
    );
    row(
        "ads recognised as born of a chat",
        with.recognised.to_string(),
        base.recognised.to_string(),
    );
    for day in days.iter().filter(|d| d.arm == person.arm) {
        for event in day.events.iter().filter(|e| !e.starts_with("notice")) {
            page.line(&format!(
                "  On {} the person's reaction: {event}.",
                date(&day.date)
            ));
        }
    }
}

#[derive(Default)]
struct Sums {
    used: usize,
    clicks: usize,
    recognised: usize,
    ads: f64,
    chat_ads: f64,
    displaced: f64,
    items: f64,
    chat_items: f64,
}
