//! The chain: the chat, the signal and where it went, and what it led to, each with its weights.

use super::words::{Page, date, list, many, quoted};
use crate::lead::about;
use crate::record::{Chat, Day, Lead, OnTopic, Person, Signal};

pub fn tell(page: &mut Page, person: &Person, lead: &Lead, days: &[Day]) {
    let day = days
        .iter()
        .find(|d| d.arm == person.arm && d.date == lead.date);
    let Some(day) = day else { return };
    let Some(chat) = day.chats.iter().find(|c| c.number == lead.chat) else {
        return;
    };
    page.heading("The chat");
    page.text_of(&held(chat, lead, person, day));
    for signal in day.signals.iter().filter(|s| s.chat == chat.number) {
        page.heading("The signal");
        went(page, person, chat, signal);
    }
    led(page, person, lead, days);
    without(page, person, lead, days);
}

fn held(chat: &Chat, lead: &Lead, person: &Person, day: &Day) -> String {
    let kind = if person.interests.iter().any(|i| i.topic == lead.topic) {
        "a standing interest"
    } else if day.intents.contains(&lead.topic) {
        "a passing intent"
    } else {
        "an interest"
    };
    format!(
        "On {} the person {} Meta AI on {} about {}: {kind}. The person was logged in, and chats of that day are used \
         in {}: the topic was read and became a signal.",
        date(&lead.date),
        if chat.voice {
            "talked (by voice) to"
        } else {
            "wrote (text) to"
        },
        chat.surface,
        quoted(&lead.topic),
        person.market
    )
}

/// Where a signal went, and why there and nowhere else.
fn went(page: &mut Page, person: &Person, chat: &Chat, signal: &Signal) {
    page.text_of(&format!(
        "About {}, with the weight of {} likes. It may choose ads in {}, and posts, Reels and groups in {}.",
        quoted(&signal.topic),
        signal.weight,
        list(&signal.ads),
        list(&signal.content)
    ));
    let own = person.apps.contains(&chat.surface);
    page.text_of(&if own {
        format!(
            "These accounts are joined in one group with that of {}, where the chat was held.",
            chat.surface
        )
    } else {
        format!(
            "{} is signed in with the account group of these apps.",
            chat.surface
        )
    });
    let left: Vec<&String> = person
        .apps
        .iter()
        .filter(|a| !signal.ads.contains(a))
        .collect();
    if !left.is_empty() {
        page.text_of(&format!(
            "It did not go to {}: that account is not in the group.",
            list(&left)
        ));
    }
}

/// Every day on which something about the topic was shown that goes back to a chat.
fn led(page: &mut Page, person: &Person, lead: &Lead, days: &[Day]) {
    page.heading("What it led to");
    page.text_of("As drawn for this person, by what is attributed to chats:");
    let mut first: [Option<(&Day, &str, &OnTopic)>; 3] = [None; 3];
    for (day, app, topic) in about(days, &person.arm, &lead.date, &lead.topic) {
        let of = |kind: &str| -> u32 {
            let items = topic.drawn_items.iter().filter(|i| i.kind == kind);
            items.map(|i| i.chat).sum()
        };
        let parts: Vec<String> = [
            (
                of("groups"),
                "group post or suggestion",
                "group posts and suggestions",
            ),
            (of("friends"), "friends' post", "friends' posts"),
            (of("reels"), "Reel", "Reels"),
            (of("pages"), "post of a page", "posts of pages"),
            (topic.drawn_ads.chat, "ad", "ads"),
        ]
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, more)| many(n, one, more))
        .collect();
        for (seen, n) in first
            .iter_mut()
            .zip([of("groups"), of("friends"), topic.drawn_ads.chat])
        {
            if n > 0 && seen.is_none() {
                *seen = Some((day, app, topic));
            }
        }
        if !parts.is_empty() {
            page.line(&format!("  {}, {app}: {}", date(&day.date), list(&parts)));
        }
    }
    let named = [
        (
            format!("The first group about {}", quoted(&lead.topic)),
            false,
        ),
        (
            format!("The first friends' post about {}", quoted(&lead.topic)),
            false,
        ),
        (example(&lead.topic), true),
    ];
    for (seen, (what, ad)) in first.into_iter().zip(named) {
        if let Some((day, app, topic)) = seen {
            page.gap();
            page.text_of(&weighed(&what, day, app, topic, ad));
        }
    }
}

/// What an ad on the topic is for.
fn example(topic: &str) -> String {
    match topic {
        "hiking" => "The first ad about hiking (boots, say)".to_owned(),
        other => format!("The first ad about {}", quoted(other)),
    }
}

fn weighed(what: &str, day: &Day, app: &str, t: &OnTopic, ad: bool) -> String {
    let (chat, total) = match ad {
        true => (t.x_chat_ads, t.x_chat_ads + t.x_behaviour),
        false => (t.x_chat_content, t.x_chat_content + t.x_behaviour),
    };
    let flow = if ad { t.ads } else { t.items };
    let race = match ad {
        true => format!(
            " In each race for a slot ads on it held {:.2} % of the weight, which makes {:.2} such ads that day.",
            100.0 * t.race_share,
            flow.total()
        ),
        false => format!(" The mean of that day is {:.2} items on it.", flow.total()),
    };
    format!(
        "{what}: {}, {app}. The profile held {total:.2} likes of signal on it, {chat:.2} from chats (x_chat) and {:.2} \
         from behaviour (x_behaviour).{race} Of them {:.0} % are attributed to chats.",
        date(&day.date),
        t.x_behaviour,
        if flow.total() > 0.0 {
            100.0 * flow.chat / flow.total()
        } else {
            0.0
        },
    )
}

/// The same person, the same days, under the base arm.
fn without(page: &mut Page, person: &Person, lead: &Lead, days: &[Day]) {
    let sum = |arm: &str| {
        let mut sums = [0.0; 4];
        for (_, _, t) in about(days, arm, &lead.date, &lead.topic) {
            let amounts = [t.ads.total(), t.ads.chat, t.items.total(), t.items.chat];
            for (sum, amount) in sums.iter_mut().zip(amounts) {
                *sum += amount;
            }
        }
        sums
    };
    let (with, base) = (sum(&person.arm), sum(&person.base));
    page.heading("What the base arm would have shown");
    page.text_of(&format!(
        "The same person on the same days from {} on, in expectation, on {}:",
        date(&lead.date),
        quoted(&lead.topic)
    ));
    page.row(&format!(
        "  {:<28}{:>12}{:>12}{:>12}{:>14}",
        "", person.arm, person.base, "net", "attributed"
    ));
    for (name, k) in [("ads", 0), ("posts, Reels and groups", 2)] {
        page.row(&format!(
            "  {name:<28}{:>12.2}{:>12.2}{:>+12.2}{:>14.2}",
            with[k],
            base[k],
            with[k] - base[k],
            with[k + 1]
        ));
    }
    page.text_of(
        "Net is the difference between the arms: what the rule caused. Attributed is what the chats' share of the signal \
         has won. The two need not agree: some of it would have come without any chat, and a topic known better also \
         wins more for behaviour. Ads that fall on a topic which an arm's profile does not hold are not counted there, so that net \
         is a little too large where only one arm's does.",
    );
}
