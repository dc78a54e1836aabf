//! From the first look at a folder to its finished journal: one sitting of a run.

use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::frame;
use crate::shard;

use super::failure::RunFailure;
use super::folder::{self, State};
use super::journal::{self, Found, Inputs, Journal};
use super::request::{Event, Request};

/// A folder that is ours to write to, and its journal, locked.
pub struct Sitting {
    folder: PathBuf,
    /// Whether the folder was made for this run.
    created: bool,
    pub journal: Journal,
}

impl Sitting {
    /// Takes the folder. Nothing if the same run is finished there.
    ///
    /// # Errors
    /// The folder is somebody else's, or cannot be written to.
    pub fn begin(
        request: &Request,
        folder: &Path,
        hash: [u8; 32],
        events: &mut dyn FnMut(Event),
    ) -> Result<Option<Self>, RunFailure> {
        let state = folder::state(folder).map_err(disk("look into the run's folder"))?;
        let resumed = match state {
            State::NoFolder(file) => return Err(RunFailure::NoFolder(file)),
            State::Foreign(found) => {
                let folder = folder.to_owned();
                return Err(RunFailure::Foreign { folder, found });
            }
            State::Finished(run) if run.inputs_hash != folder::hex(&hash) => {
                return Err(RunFailure::OtherRun(folder.to_owned()));
            }
            State::Finished(run) => {
                if run.build != crate::BUILD {
                    events(Event::Note(OTHER_BUILD.to_owned()));
                }
                // Left by a run that was killed after its last file.
                journal::discard(folder).map_err(disk(REMOVING))?;
                return Ok(None);
            }
            State::Unfinished => true,
            State::Free => false,
        };
        let inputs = inputs(request, hash);
        let sitting = if resumed {
            Self::resume(request, folder, inputs, events)?
        } else {
            let sitting = Self::anew(folder, inputs)?;
            if request.resume {
                events(Event::Note(nothing_to_resume(request, folder)));
            }
            sitting
        };
        events(Event::Folder(folder));
        Ok(Some(sitting))
    }

    fn anew(folder: &Path, inputs: Inputs) -> Result<Self, RunFailure> {
        let created = !folder.exists();
        fs::create_dir_all(folder).map_err(disk("make the run's folder"))?;
        let journal = Journal::create(folder, inputs).map_err(|error| {
            if created {
                // Only removed if it is empty.
                let _ = fs::remove_dir(folder);
            }
            RunFailure::from_journal(error, folder)
        })?;
        Ok(Sitting {
            folder: folder.to_owned(),
            created,
            journal,
        })
    }

    fn resume(
        request: &Request,
        folder: &Path,
        inputs: Inputs,
        events: &mut dyn FnMut(Event),
    ) -> Result<Self, RunFailure> {
        let (journal, found) = Journal::open(folder, inputs, request.resume)
            .map_err(|error| RunFailure::from_journal(error, folder))?;
        if !request.resume {
            return Err(RunFailure::Unfinished(folder.to_owned()));
        }
        folder::sweep(folder).map_err(disk("tidy the run's folder"))?;
        events(Event::Resumed {
            shards: found.shards,
            of: inputs.shards,
        });
        for note in notes(found) {
            events(Event::Note(note));
        }
        Ok(Sitting {
            folder: folder.to_owned(),
            created: false,
            journal,
        })
    }

    /// Removes the journal of a run whose manifest is written.
    ///
    /// # Errors
    /// The disk is at fault; the run is finished all the same.
    pub fn end(self) -> Result<(), RunFailure> {
        drop(self.journal);
        journal::discard(&self.folder).map_err(disk(REMOVING))
    }

    /// Saves what can be saved, and says so in the failure. A run that has done nothing leaves nothing.
    pub fn leave(mut self, failure: RunFailure) -> RunFailure {
        let saved = self.journal.sync().is_ok();
        let kept = saved && !self.journal.is_empty();
        let failure = failure.keeping(kept);
        if !kept && self.journal.is_empty() && !matches!(failure, RunFailure::Interrupted { .. }) {
            drop(self.journal);
            let _ = fs::remove_file(self.folder.join(journal::NAME));
            if self.created {
                // Only removed if it is empty.
                let _ = fs::remove_dir(&self.folder);
            }
        }
        failure
    }
}

/// What is being done when a journal has served.
const REMOVING: &str = "remove the journal of a finished run";

/// What is said of a finished run that this program did not make.
const OTHER_BUILD: &str = "another build of overheard made this run, and its outcomes may differ from this one's: to run it \
                           again, remove the folder or give --out another";

/// Says that a run begins where one was to go on, and which runs could have been meant.
fn nothing_to_resume(request: &Request, folder: &Path) -> String {
    let shown = folder.display();
    let mut text =
        format!("there is nothing to resume in {shown}: the run begins with its first shard");
    let others = match request.out {
        Some(_) => Vec::new(),
        None => folder::unfinished_beside(folder, &request.scenario.name),
    };
    if let [first, rest @ ..] = others.as_slice() {
        text += &format!(
            "; an unfinished run of other inputs is in {}",
            first.display()
        );
        if !rest.is_empty() {
            text += &format!(", and {} more", rest.len());
        }
    }
    text
}

/// What the journal is tied to: the shape of its records, besides the hash of everything that shapes their content.
fn inputs(request: &Request, hash: [u8; 32]) -> Inputs {
    let world = frame::run_world(request.scenario);
    Inputs {
        hash,
        build: std::array::from_fn(|i| crate::BUILD.as_bytes()[i]),
        arms: world.arms as u32,
        cells: world.layout.cells() as u32,
        shards: shard::shards(&world).len() as u32,
    }
}

fn notes(found: Found) -> Vec<String> {
    let mut list = Vec::new();
    if found.other_build {
        let text =
            "the journal was written by another build of overheard: its shards are run again";
        list.push(text.to_owned());
    }
    if found.no_header {
        let text = "the journal's first bytes are damaged, so nothing in it can be trusted: the run begins again";
        list.push(text.to_owned());
    }
    if found.damaged > 0 {
        let places = if found.damaged == 1 {
            "place"
        } else {
            "places"
        };
        list.push(format!(
            "the journal is damaged in {} {places}: the shards concerned are run again",
            found.damaged
        ));
    }
    if found.cut > 0 {
        list.push(format!(
            "the journal's last {} bytes are no whole record and were cut off: that shard is run again",
            found.cut
        ));
    }
    list
}

fn disk(doing: &'static str) -> impl FnOnce(std::io::Error) -> RunFailure {
    move |source| RunFailure::Disk {
        doing,
        source,
        kept: false,
    }
}
