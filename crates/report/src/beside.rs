//! Policies beside each other: by how much an arm differs from another, draw by draw. What moves both alike, as the weight of a chat
//! does, is not in it, so that it is often known where neither number is.

use overheard_formats::{Key, PAGE, change_percent, is_tiny};

use crate::ensemble::Open;
use crate::findings::{LEAST_COUNT, between, direction};
use crate::run::Run;
use crate::sweep::{Headline, chat_ads, headlines};

/// No more arms stand in a table.
const MOST_ARMS: usize = 4;

/// Arms held against one of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// That one.
    pub against: String,
    /// Whether draws say what is open, and whether they are enough.
    pub by_draw: bool,
    pub few: bool,
    /// The others, some at a time.
    pub tables: Vec<Table>,
}

/// Some of the arms.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub arms: Vec<String>,
    /// A headline each.
    pub rows: Vec<Row>,
}

/// A headline, arm by arm.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is.
    pub name: String,
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

/// The arm that others are held against: the first in which ads go back to chats.
pub fn reference(run: &Run) -> Option<&str> {
    let mut arms = run.manifest.arms.iter().map(String::as_str);
    arms.find(|arm| has_chat_ads(run, arm))
}

fn has_chat_ads(run: &Run, arm: &str) -> bool {
    let ads = run.outcomes.total(arm, &chat_ads());
    ads.is_some_and(|ads| ads.value != 0.0)
}

/// The first arm in which ads go back to chats, and the others but the base; nothing if there are none.
pub fn policies(run: &Run) -> Option<(&str, Vec<&str>)> {
    let against = reference(run)?;
    let others = run.policy_arms().iter().map(String::as_str);
    let arms: Vec<&str> = others.filter(|arm| *arm != against).collect();
    (!arms.is_empty()).then_some((against, arms))
}

/// All arms beside the first in which ads go back to chats; nothing if there is no other but the base.
pub fn beside(run: &Run) -> Option<Beside> {
    let (against, arms) = policies(run)?;
    // As many in each.
    let size = arms.len().div_ceil(arms.len().div_ceil(MOST_ARMS));
    let tables: Vec<Table> = arms
        .chunks(size)
        .map(|arms| table(run, arms, against))
        .collect();
    let mut cells = tables.iter().flat_map(|table| &table.rows);
    Some(Beside {
        against: against.to_owned(),
        by_draw: cells.any(|row| row.cells.iter().any(|cell| cell.central.is_some())),
        few: run.ensemble.as_ref().is_some_and(|e| e.few().is_some()),
        tables,
    })
}

fn table(run: &Run, arms: &[&str], against: &str) -> Table {
    let row = |headline: &Headline| {
        let cell = |arm: &&str| cell(run, arm, against, headline);
        // What is displaced is told from the base, whatever arm stands beside.
        let name = match headline.key.measure() {
            "displaced_impressions" | "people_with_displaced_ads" => {
                format!("{}, from arm “{}”", headline.name, run.base())
            }
            _ => headline.name.to_owned(),
        };
        Row {
            name,
            cells: arms.iter().map(cell).collect(),
        }
    };
    Table {
        arms: arms.iter().map(|arm| (*arm).to_owned()).collect(),
        rows: headlines().iter().map(row).collect(),
    }
}

/// How an arm differs from the one that others are held against, in a sentence.
pub fn sentence(run: &Run, arm: &str, against: &str) -> Option<String> {
    let told = |key: Key| {
        let change = percent(run, arm, against, &key)?;
        let ends = change
            .open
            .map_or([change.central; 2], |open| [open.low, open.high]);
        if ends.iter().all(|end| *end == 0.0 || is_tiny(*end)) {
            return Some(("as many".to_owned(), String::new(), "as"));
        }
        let central = match change.open {
            Some(_) => format!(" (as set {})", one(change.central)),
            None => String::new(),
        };
        let open = change.open.map_or_else(|| one(change.central), range);
        Some((open, central, "than"))
    };
    let (ads, central_ads, than) = told(chat_ads())?;
    let (people, central_people, _) = told(Key::of("people_reached_by_chat_ads"))?;
    let clicks = clicks(run, arm, against).unwrap_or_default();
    Some(format!(
        "In arm “{arm}” {ads} ads go back to chats {than} in arm “{against}”{central_ads}, and {people} people see at least \
         one{central_people}{clicks}."
    ))
}

/// How clicks differ, if draws say so: the error of one number from another is in neither table.
fn clicks(run: &Run, arm: &str, against: &str) -> Option<String> {
    let ensemble = run.ensemble.as_ref()?;
    let open = difference(run, arm, against, &Key::of("ad_clicks"))?.open?;
    let size = open.low.abs().max(open.high.abs());
    Some(if size < LEAST_COUNT {
        "; clicks on ads are as many".to_owned()
    } else if ensemble.few().is_some() {
        format!(
            "; clicks on ads are {}, of too few draws to tell",
            between(open)
        )
    } else if open.has_both_signs() {
        format!(
            "; clicks on ads are {}: whether more or fewer is unknown",
            between(open)
        )
    } else {
        format!("; clicks on ads are {}", between(open))
    })
}

fn cell(run: &Run, arm: &str, against: &str, headline: &Headline) -> Cell {
    let change = match headline.difference {
        true => difference(run, arm, against, &headline.key),
        false => percent(run, arm, against, &headline.key),
    };
    let one = |x: f64| match headline.difference {
        true => signed(x),
        false if is_tiny(x) => "0.000\u{a0}%".to_owned(),
        false => PAGE.change(x),
    };
    let ends = |Open { low, high, .. }: Open| format!("{} to {}", one(low), one(high));
    let (told, central) = match change {
        None => ("–".to_owned(), None),
        Some(Change { central, open }) => match open {
            Some(open) => (ends(open), Some(format!("as set {}", one(central)))),
            None => (one(central), None),
        },
    };
    Cell {
        arm: arm.to_owned(),
        told,
        central,
    }
}

/// A difference, with a sign in front of what is above zero.
fn signed(x: f64) -> String {
    let sign = if x > 0.0 { "+" } else { "" };
    format!("{sign}{}", PAGE.prose(x))
}

/// In percent of the other arm's number; nothing where that is 0.
pub fn percent(run: &Run, arm: &str, against: &str, key: &Key) -> Option<Change> {
    let [own, other] = [arm, against].map(|arm| run.outcomes.total(arm, key));
    let (own, other) = (own?.value, other?.value);
    let of = |ratio: f64| 100.0 * (ratio - 1.0);
    let ensemble = run.ensemble.as_ref();
    let row = ensemble.and_then(|ensemble| ensemble.pair(arm, against, key));
    let open = row
        .and_then(|row| Open::of(row.ratio?))
        .map(|Open { low, median, high }| Open {
            low: of(low),
            median: of(median),
            high: of(high),
        });
    Some(Change {
        central: change_percent(other, own - other)?,
        open,
    })
}

/// Of numbers that are differences from the first arm, which falls out.
fn difference(run: &Run, arm: &str, against: &str, key: &Key) -> Option<Change> {
    let net = |arm: &str| Some(run.differences.total(arm, key)?.difference.value);
    let ensemble = run.ensemble.as_ref();
    if against == run.base() {
        return Some(Change {
            central: net(arm)?,
            open: ensemble.and_then(|ensemble| ensemble.difference(arm, key)),
        });
    }
    let row = ensemble.and_then(|ensemble| ensemble.pair(arm, against, key));
    Some(Change {
        central: net(arm)? - net(against)?,
        open: row.and_then(|row| Open::of(row.difference)),
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
    let Open { low, high, .. } = open;
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
        let said = |low, high| {
            range(Open {
                low,
                median: low,
                high,
            })
            .replace('\u{a0}', " ")
        };
        assert_eq!(said(-63.9, -45.1), "45.1 to 63.9 % fewer");
        assert_eq!(said(2.0, 130.0), "2 to 130 % more");
        assert_eq!(said(-0.2, 1.3), "0.2 % fewer to 1.3 % more");
        assert_eq!(one(0.0), "as many");
    }
}
