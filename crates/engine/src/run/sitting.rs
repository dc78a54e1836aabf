//! From the first look at a folder to its finished journal: one sitting of a run.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::failure::RunFailure;
use super::files;
use super::folder::{self, State};
use super::journal::{self, Found, Inputs, Journal};
use super::request::Event;

/// What is to be done in a folder: a run in shards, or something else in parts that can be kept one by one.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Name of the scenario.
    pub scenario: &'a str,
    /// The folder, if it was named.
    pub out: Option<&'a Path>,
    /// Go on with what is unfinished.
    pub resume: bool,
    /// What the journal is tied to.
    pub inputs: Inputs,
    /// What a part is called: `shard`.
    pub part: &'static str,
    /// What a finished folder's manifest has as its `kind`: a part of a run is not the run.
    pub kind: &'static str,
}

/// A folder that is ours to write to, and its journal, locked.
pub struct Sitting {
    folder: PathBuf,
    /// Whether the folder was made for this run.
    created: bool,
    /// Whether there was a journal to go on with.
    resumed: bool,
    pub journal: Journal,
}

impl Sitting {
    /// Takes the folder. Nothing if the same run is finished there.
    ///
    /// # Errors
    /// The folder is somebody else's, or cannot be written to.
    pub fn begin(
        ask: &Ask,
        folder: &Path,
        events: &mut dyn FnMut(Event),
    ) -> Result<Option<Self>, RunFailure> {
        let state = folder::state(folder).map_err(disk("look into the run's folder"))?;
        let resumed = match state {
            State::NoFolder(file) => return Err(RunFailure::NoFolder(file)),
            State::Foreign(found) => {
                let folder = folder.to_owned();
                return Err(RunFailure::Foreign { folder, found });
            }
            State::Finished(run)
                if run.inputs_hash != folder::hex(&ask.inputs.hash) || run.kind != ask.kind =>
            {
                return Err(RunFailure::OtherRun(folder.to_owned()));
            }
            State::Finished(run) => {
                if run.build != crate::BUILD {
                    events(Event::Note(OTHER_BUILD.to_owned()));
                }
                // Left by a run that was killed after its last file.
                discard(folder, events);
                return Ok(None);
            }
            State::Unfinished => true,
            State::Free => false,
        };
        let sitting = if resumed {
            Self::resume(ask, folder, events)?
        } else {
            let sitting = Self::anew(folder, ask.inputs)?;
            if ask.resume {
                events(Event::Note(nothing_to_resume(ask, folder)));
            }
            sitting
        };
        events(Event::Folder(folder));
        Ok(Some(sitting))
    }

    fn anew(folder: &Path, inputs: Inputs) -> Result<Self, RunFailure> {
        let created = !folder.exists();
        files::make_folder(folder).map_err(disk("make the run's folder"))?;
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
            resumed: false,
            journal,
        })
    }

    fn resume(ask: &Ask, folder: &Path, events: &mut dyn FnMut(Event)) -> Result<Self, RunFailure> {
        let (journal, found) = Journal::open(folder, ask.inputs, ask.resume)
            .map_err(|error| RunFailure::from_journal(error, folder))?;
        if !ask.resume {
            return Err(RunFailure::Unfinished(folder.to_owned()));
        }
        folder::sweep(folder).map_err(disk("tidy the run's folder"))?;
        events(Event::Resumed {
            shards: found.shards,
            of: ask.inputs.shards,
        });
        for note in notes(found, ask.part) {
            events(Event::Note(note));
        }
        Ok(Sitting {
            folder: folder.to_owned(),
            created: false,
            resumed: true,
            journal,
        })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Removes the journal of a run whose manifest is written. One that cannot be removed is told: the run is finished all the same.
    pub fn end(self, events: &mut dyn FnMut(Event)) {
        drop(self.journal);
        discard(&self.folder, events);
    }

    /// Saves what can be saved, and says so in the failure.
    pub fn leave(self, failure: RunFailure) -> RunFailure {
        let interrupted = matches!(failure, RunFailure::Interrupted { .. });
        let kept = self.close(interrupted);
        failure.keeping(kept)
    }

    /// Saves what can be saved, and says whether there is something to go on with. A run that has done nothing leaves nothing, but
    /// for an empty journal if that is to stay, or was there before: without one, what is left of the run would be nobody's.
    pub fn close(mut self, stays: bool) -> bool {
        let saved = self.journal.sync().is_ok();
        let empty = self.journal.is_empty();
        if empty && !stays && !self.resumed {
            drop(self.journal);
            let _ = fs::remove_file(self.folder.join(journal::NAME));
            if self.created {
                // Only removed if it is empty.
                let _ = fs::remove_dir(&self.folder);
            }
        }
        saved && !empty
    }
}

/// Removes a journal that has served.
fn discard(folder: &Path, events: &mut dyn FnMut(Event)) {
    if let Err(cause) = journal::discard(folder) {
        let note = format!("the run is finished, but its journal could not be removed: {cause}");
        events(Event::Note(note));
    }
}

/// What is said of a finished run that this program did not make.
const OTHER_BUILD: &str = "another build of overheard made this run, and its outcomes may differ from this one's: to run it \
                           again, remove the folder or give --out another";

/// Says that a run begins where one was to go on, and which runs could have been meant.
fn nothing_to_resume(ask: &Ask, folder: &Path) -> String {
    let (shown, part) = (folder.display(), ask.part);
    let mut text =
        format!("there is nothing to resume in {shown}: the run begins with its first {part}");
    let others = match ask.out {
        Some(_) => Vec::new(),
        None => folder::unfinished_beside(folder, ask.scenario),
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

fn notes(found: Found, part: &str) -> Vec<String> {
    let mut list = Vec::new();
    if let Some(build) = found.other_build {
        list.push(format!(
            "the journal was written by another build of overheard and is kept for it as `{}`: {part}s that this build has not run \
             itself are run again",
            journal::aside(build)
        ));
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
            "the journal is damaged in {} {places}: the {part}s concerned are run again",
            found.damaged
        ));
    }
    if found.cut > 0 {
        list.push(format!(
            "the journal's last {} bytes are no whole record and were cut off: that {part} is run again",
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
