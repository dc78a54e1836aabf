//! The full diary of a few people: `trace.jsonl`.
//!
//! A person is a pure function of stratum and index, so a trace needs nothing from the run but its parameters: the person
//! lives the month again, alone in a block, and after each stage what it wrote is read. The stages are those of the run, so
//! what is told is what was tallied. Impressions that changed nothing were integrated, not drawn; a diary draws them
//! afterwards, on a stream of its own, and they change nothing either. The diary is the integrating engine's, whichever
//! engine ran.
//!
//! ```text
//!  choose ─▶ live ─▶ draw ─▶ trace.jsonl ─▶ explain
//! ```

mod choose;
mod drawn;
mod lead;
mod live;
mod record;

use std::io::{self, BufRead, Write};

use overheard_model::ids::{Age, Market};
use overheard_model::isa::Isa;
use overheard_model::stage::StageError;
use overheard_model::strata::stratum_index;
use overheard_model::world::World;

use crate::simulate::Prepared;

pub use lead::about;
pub use record::{
    Accounts, Act, Behaviour, Chat, Day, Drawn, Feed, Flow, Interest, Items, Lead, Notices,
    OnTopic, Person, Record, Signal, Story, Visit,
};

/// File of the traced people in a run's folder.
pub const NAME: &str = "trace.jsonl";

/// Where a person is found: in any run that simulates that many people of the stratum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonId {
    pub stratum: u16,
    pub index: u32,
}

impl PersonId {
    /// `us-canada/25-34/assistant/12345`.
    pub fn text(self, world: &World) -> String {
        let stratum = &world.strata[self.stratum as usize];
        let half = if stratum.assistant {
            "assistant"
        } else {
            "others"
        };
        format!("{}/{}/{half}/{}", stratum.market, stratum.age, self.index)
    }

    /// Reads what [`PersonId::text`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let market = Market::from_name(parts.next()?)?;
        let age = Age::from_name(parts.next()?)?;
        let assistant = match parts.next()? {
            "assistant" => true,
            "others" => false,
            _ => return None,
        };
        let index = parts.next()?.parse().ok()?;
        parts.next().is_none().then_some(PersonId {
            stratum: stratum_index(market, age, assistant),
            index,
        })
    }
}

/// Chooses the people of the knob `trace.people` and writes down their month: a person, then that person's days, arm by
/// arm. The same scenario, seed and people give the same records.
///
/// # Errors
/// A stage failed.
pub fn trace(prepared: &Prepared, isa: Isa) -> Result<Vec<Record>, StageError> {
    let people = prepared.scenario.world.integer("trace.people").max(0) as usize;
    let mut records = Vec::new();
    for chosen in choose::people(prepared, isa, people)? {
        records.push(Record::Person(chosen.person));
        records.extend(chosen.days.into_iter().map(Record::Day));
    }
    Ok(records)
}

/// Writes records, one JSON object a line.
///
/// # Errors
/// The writer's.
pub fn write(out: &mut dyn Write, records: &[Record]) -> io::Result<()> {
    for record in records {
        serde_json::to_writer(&mut *out, record)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Reads what [`write`] wrote.
///
/// # Errors
/// The reader's; a line that is no record, with its number.
pub fn read(input: impl BufRead) -> io::Result<Vec<Record>> {
    let mut records = Vec::new();
    for (number, line) in input.lines().enumerate() {
        let line = line?;
        let record = serde_json::from_str(&line).map_err(|cause| {
            let text = format!("line {} is no record of a trace: {cause}", number + 1);
            io::Error::new(io::ErrorKind::InvalidData, text)
        })?;
        records.push(record);
    }
    Ok(records)
}

#[cfg(test)]
mod tests;
