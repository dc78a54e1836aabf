//! One run into a folder, with what follows it: the draws, the diary, the report; told while it goes and when it is done.

use std::sync::atomic::AtomicBool;

use overheard_engine::run::{Request, RunFailure, RunSummary};
use overheard_questions::{News, WholeRun, whole};
use overheard_scenario::ScenarioFile;

use crate::numbers::{bytes, count, duration};
use crate::points::Points;
use crate::voice::Voice;

/// What whole runs of one command line share.
#[derive(Clone, Copy)]
pub struct Whole<'a> {
    /// The scenario as typed.
    pub file: &'a ScenarioFile,
    /// What is laid over it, as `--set` takes it.
    pub settings: &'a [String],
    pub cancel: &'a AtomicBool,
}

impl Whole<'_> {
    /// Runs it, and tells how it went.
    ///
    /// # Errors
    /// [`RunFailure`] says what remains.
    pub fn run(&self, request: &Request, voice: &mut Voice) -> Result<RunSummary, RunFailure> {
        let aside = voice.within();
        let mut points = Points::new(&aside);
        let asked = WholeRun {
            request: *request,
            file: self.file,
            settings: self.settings,
        };
        let mut hear = |news: News<'_>| match news {
            News::Run(event) => voice.hear(event),
            other => points.draws(&other),
        };
        let done = whole(&asked, &mut hear, self.cancel);
        voice.end();
        let summary = done?;
        tell(voice, &summary);
        Ok(summary)
    }
}

fn tell(voice: &Voice, summary: &RunSummary) {
    let Some(manifest) = &summary.manifest else {
        voice.say("this run is finished already: nothing to do");
        return;
    };
    for warning in &manifest.warnings {
        voice.warn(warning);
    }
    let memory = manifest
        .peak_memory_bytes
        .map_or_else(String::new, |n| format!(", {} of memory", bytes(n)));
    voice.say(&format!(
        "done: {} person-days in {}{memory}",
        count(manifest.person_days as f64),
        duration(manifest.wall_seconds),
    ));
    voice.say(&format!(
        "report: {}",
        summary.folder.join("report.html").display()
    ));
}
