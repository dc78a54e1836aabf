//! A traced person's month in sentences: the chain from a chat to an ad, with its weights, and the month without the rule.

mod chain;
mod month;
mod words;

use crate::record::{Day, Person, Record, Story};
use words::{Page, list, title};

/// Why nothing can be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    #[error("nobody was traced in this run")]
    Nobody,
    /// Traced people, in the order of the file.
    #[error("`{id}` was not traced in this run; traced: {}", .traced.join(", "))]
    Unknown { id: String, traced: Vec<String> },
}

/// Tells one person's month, 80 columns wide: the first traced person's if none is named.
///
/// # Errors
/// The person was not traced.
pub fn explain(records: &[Record], person: Option<&str>) -> Result<String, ExplainError> {
    let people = || {
        records.iter().filter_map(|r| match r {
            Record::Person(person) => Some(person),
            Record::Day(_) => None,
        })
    };
    let chosen = match person {
        None => people().next().ok_or(ExplainError::Nobody)?,
        Some(id) => people()
            .find(|p| p.id == id)
            .ok_or_else(|| ExplainError::Unknown {
                id: id.to_owned(),
                traced: people().map(|p| p.id.clone()).collect(),
            })?,
    };
    let days: Vec<Day> = records
        .iter()
        .filter_map(|r| match r {
            Record::Day(day) if day.person == chosen.id => Some(day.clone()),
            _ => None,
        })
        .collect();
    let mut page = Page::default();
    who(&mut page, chosen);
    match &chosen.lead {
        Some(lead) => chain::tell(&mut page, chosen, lead, &days),
        None => month::chats(&mut page, chosen, &days),
    }
    month::both_arms(&mut page, chosen, &days);
    let others: Vec<String> = people()
        .filter(|p| p.id != chosen.id)
        .map(|p| format!("{} ({})", p.id, told(p.story)))
        .collect();
    if !others.is_empty() {
        page.heading("Also traced");
        for other in others {
            page.line(&other);
        }
    }
    Ok(page.text())
}

/// What a story is about, in a few words.
fn told(story: Story) -> &'static str {
    match story {
        Story::Hiking => "a chat about hiking, and what it led to",
        Story::OtherTopic => "a chat, and what it led to",
        Story::SensitiveCaught => "a sensitive chat that the detector caught",
        Story::NotHere => "chats where they are not used",
        Story::Minor => "chats of a person declared 13 to 17",
        Story::Anybody => "anybody",
    }
}

fn who(page: &mut Page, person: &Person) {
    page.line(&person.id);
    page.gap();
    page.text_of(&format!(
        "A person of declared age {} in {}, one of {} people whom this one stands for. Apps: {}.",
        person.age,
        person.market,
        words::count(person.weight.max(1.0)),
        list(&person.apps)
    ));
    if person.minor && person.age != "13-17" {
        page.text_of("In truth this is a minor who declared an adult's age.");
    }
    let interests: Vec<String> = person
        .interests
        .iter()
        .map(|i| format!("{} ({:.2})", title(&i.topic), i.strength))
        .collect();
    page.text_of(&format!(
        "Standing interests, with their strength: {}.",
        list(&interests)
    ));
    if person.chat_rate > 0.0 {
        page.text_of(&format!(
            "Chats with Meta AI on {:.0} % of days, {:.0} % of them by voice.",
            100.0 * person.chat_rate,
            100.0 * person.voice_share
        ));
    }
    if !person.personalised {
        page.text_of("No profile chooses this person's ads: age and place alone do.");
    }
    let notice = &person.notices;
    page.text_of(&match (&notice.shown, &notice.opened, &notice.understood) {
        (None, ..) => "No notice of the change was shown by the end of the window.".to_owned(),
        (Some(shown), None, _) => {
            format!("A notice of the change was shown first on {}, and never opened.", words::date(shown))
        }
        (_, Some(opened), None) => format!(
            "A notice of the change was opened on {}, but not read to where it names the assistant.",
            words::date(opened)
        ),
        (_, _, Some(day)) => {
            format!("A notice of the change was opened and understood on {}.", words::date(day))
        }
    });
}

#[cfg(test)]
mod tests;
