//! The full diary of a few people: `trace.jsonl`.
//!
//! A person is a pure function of stratum and index, so a trace needs nothing from the run but its parameters: the person
//! is simulated again, alone in a block, and after each stage what it wrote is read. The stages are those of the run, so
//! what is told is what was tallied. Impressions that changed nothing were integrated, not drawn; a diary draws them
//! afterwards, on a stream of its own, and they change nothing either. The diary is the integrating engine's, whichever
//! engine ran.
//!
//! ```text
//!  choose ─▶ live ─▶ draw ─▶ trace.jsonl ─▶ explain
//! ```

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod choose;
mod drawn;
mod explain;
mod lead;
mod month;
mod person;
mod record;

use std::io::{self, BufRead, Write};
use std::path::Path;

use overheard_engine::run::{RunFailure, write_whole};
use overheard_engine::{EngineError, Prepared};
use overheard_model::isa::Isa;
use overheard_model::stage::StageError;

pub use explain::{ExplainError, explain};
pub use lead::about;
pub use person::PersonId;
pub use record::{
    Accounts, Act, Behaviour, Chat, Day, Drawn, Feed, Flow, Interest, Items, Lead, Notices,
    OnTopic, Person, Record, Signal, Story, Visit,
};

/// File of the traced people in a run's folder.
pub const NAME: &str = "trace.jsonl";

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

/// Writes [`trace`] into a run's folder.
///
/// # Errors
/// A stage or the disk; there is no half-written file.
pub fn write_into(folder: &Path, prepared: &Prepared, isa: Isa) -> Result<(), RunFailure> {
    let records = trace(prepared, isa).map_err(EngineError::Trace)?;
    write_whole(&folder.join(NAME), |out| write(out, &records)).map_err(|source| RunFailure::Disk {
        doing: "write the trace",
        source,
        kept: false,
    })
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

/// Reads what [`write()`] wrote.
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
