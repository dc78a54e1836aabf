//! Policies beside each other: by how much an arm differs from another, draw by draw. What moves both alike, as the weight of a chat
//! does, is not in it, so that it is often known where neither number is.

use overheard_formats::{Column, Key, PAGE, PairRow, change_percent, is_tiny};

use crate::ensemble::{Open, span};
use crate::findings::{between, direction};
use crate::run::Run;
use crate::sweep::{Headline, headlines};

/// Arms held against one of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// That one.
    pub against: String,
    /// The others.
    pub arms: Vec<String>,
    /// A headline each.
    pub rows: Vec<Row>,
}

/// A headline, arm by arm.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is.
    pub name: &'static str,
    pub cells: Vec<Cell>,
}

/// How an arm differs in a headline.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Name of the arm.
    pub arm: String,
    /// What is known of it: a band, or without draws what the run itself found.
    pub told: String,
    /// What the run itself found, behind a band.
    pub central: Option<String>,
}

/// By how much a number differs between two arms.
pub struct Change {
    /// What the run itself found.
    pub central: f64,
    /// Between which ends the draws leave it.
    pub open: Option<Open>,
}

/// The ads that go back to chats.
pub fn chat_ads() -> Key {
    Key::of("ad_impressions").with(Column::Source, "chat")
}

/// The arm that others are held against: the first in which ads go back to chats.
pub fn reference(run: &Run) -> Option<&str> {
    run.policy_arms()
        .iter()
        .find(|arm| has_chat_ads(run, arm))
        .map(String::as_str)
}

fn has_chat_ads(run: &Run, arm: &str) -> bool {
    let ads = run.outcomes.total(arm, &chat_ads());
    ads.is_some_and(|ads| ads.value != 0.0)
}

/// The first arm in which ads go back to chats, and the others; nothing if there are none.
pub fn policies(run: &Run) -> Option<(&str, Vec<&str>)> {
    let against = reference(run)?;
    let others = run.policy_arms().iter().map(String::as_str);
    let arms: Vec<&str> = others
        .filter(|arm| *arm != against && has_chat_ads(run, arm))
        .collect();
    (!arms.is_empty()).then_some((against, arms))
}

/// All arms in which ads go back to chats beside the first of them; nothing if there is only one.
pub fn beside(run: &Run) -> Option<Beside> {
    let (against, arms) = policies(run)?;
    let row = |headline: &Headline| {
        let cell = |arm: &&str| cell(run, arm, against, headline);
        Row {
            name: headline.name,
            cells: arms.iter().map(cell).collect(),
        }
    };
    Some(Beside {
        against: against.to_owned(),
        rows: headlines().iter().map(row).collect(),
        arms: arms.into_iter().map(str::to_owned).collect(),
    })
}

/// How an arm differs from the one that others are held against, in a sentence.
pub fn sentence(run: &Run, arm: &str, against: &str) -> Option<String> {
    let told = |key: Key| {
        let change = percent(run, arm, against, &key)?;
        let central = match change.open {
            Some(_) => format!(" (central {})", one(change.central)),
            None => String::new(),
        };
        let than = match change.open.is_none() && change.central == 0.0 {
            true => "as",
            false => "than",
        };
        let open = change.open.map_or_else(|| one(change.central), range);
        Some((open, central, than))
    };
    let (ads, central_ads, than) = told(chat_ads())?;
    let (people, central_people, _) = told(Key::of("people_reached_by_chat_ads"))?;
    let clicks = difference(run, arm, against, &Key::of("ad_clicks"))?;
    let clicks = clicks.open.unwrap_or(Open {
        low: clicks.central,
        high: clicks.central,
    });
    let unknown = match clicks.has_both_signs() {
        true => ": whether more or fewer is unknown",
        false => "",
    };
    Some(format!(
        "In arm “{arm}” {ads} ads go back to chats {than} in arm “{against}”{central_ads}, and {people} people see at least \
         one{central_people}; clicks on ads are {}{unknown}.",
        between(clicks)
    ))
}

fn cell(run: &Run, arm: &str, against: &str, headline: &Headline) -> Cell {
    let change = match headline.difference {
        true => difference(run, arm, against, &headline.key),
        false => percent(run, arm, against, &headline.key),
    };
    let one = |x: f64| match headline.difference {
        true => PAGE.prose(x),
        false => PAGE.change(x),
    };
    let ends = |Open { low, high }: Open| match headline.difference {
        true => span(low, high),
        false => format!("{} to {}", PAGE.change(low), PAGE.change(high)),
    };
    let (told, central) = match change {
        None => ("–".to_owned(), None),
        Some(Change { central, open }) => match open {
            Some(open) => (ends(open), Some(format!("central {}", one(central)))),
            None => (one(central), None),
        },
    };
    Cell {
        arm: arm.to_owned(),
        told,
        central,
    }
}

fn pair<'a>(run: &'a Run, arm: &str, against: &str, key: &Key) -> Option<&'a PairRow> {
    let pairs = run.ensemble.iter().flat_map(|ensemble| &ensemble.pairs);
    let mut of = pairs.filter(|row| row.arm == arm && row.against == against);
    of.find(|row| row.key == *key)
}

/// In percent of the other arm's number; nothing where that is 0.
pub fn percent(run: &Run, arm: &str, against: &str, key: &Key) -> Option<Change> {
    let [own, other] = [arm, against].map(|arm| run.outcomes.total(arm, key));
    let (own, other) = (own?.value, other?.value);
    let of = |ratio: f64| 100.0 * (ratio - 1.0);
    let open = pair(run, arm, against, key)
        .and_then(|row| Open::of(row.ratio?))
        .map(|Open { low, high }| Open {
            low: of(low),
            high: of(high),
        });
    Some(Change {
        central: change_percent(other, own - other)?,
        open,
    })
}

/// Of numbers that are differences from the first arm, which falls out.
fn difference(run: &Run, arm: &str, against: &str, key: &Key) -> Option<Change> {
    let [own, other] = [arm, against].map(|arm| run.differences.total(arm, key));
    Some(Change {
        central: own?.difference.value - other?.difference.value,
        open: pair(run, arm, against, key).and_then(|row| Open::of(row.difference)),
    })
}

/// `57.2 % fewer`.
fn one(percent: f64) -> String {
    match percent == 0.0 {
        true => "as many".to_owned(),
        false => format!("{} {}", PAGE.percent(percent.abs()), direction(percent)),
    }
}

/// `45.1 to 63.9 % fewer`, or `0.2 % fewer to 1.3 % more`.
fn range(open: Open) -> String {
    let Open { low, high } = open;
    if open.has_both_signs() {
        return format!("{} to {}", one(low), one(high));
    }
    let (small, large) = (low.abs().min(high.abs()), low.abs().max(high.abs()));
    let small = match is_tiny(small) {
        true => PAGE.percent(small),
        false => PAGE.figure(small, 3),
    };
    let large = PAGE.percent(large);
    format!("{small} to {large} {}", direction(low + high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_said_with_its_direction() {
        let said = |low, high| range(Open { low, high }).replace('\u{a0}', " ");
        assert_eq!(said(-63.9, -45.1), "45.1 to 63.9 % fewer");
        assert_eq!(said(2.0, 130.0), "2 to 130 % more");
        assert_eq!(said(-0.2, 1.3), "0.2 % fewer to 1.3 % more");
        assert_eq!(one(0.0), "as many");
    }
}
