//! One run into a folder, told while it goes and when it is done.

use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use overheard_engine::run::{
    Manifest, Pages, Request, RunFailure, RunSummary, run as run_into_folder,
};
use overheard_scenario::Scenario;

use crate::args::Simulation;
use crate::numbers::{bytes, count, duration};
use crate::voice::Voice;

/// What runs of one command line share.
pub struct Once<'a> {
    pub simulation: &'a Simulation,
    /// The command line as it may be typed again.
    pub command: &'a str,
    /// Where solved markets are kept.
    pub markets: Option<&'a Path>,
    pub cancel: &'a AtomicBool,
}

impl Once<'_> {
    /// What is asked of the engine.
    pub fn request<'b>(
        &'b self,
        scenario: &'b Scenario,
        out: Option<&'b Path>,
        resume: bool,
    ) -> Request<'b> {
        Request {
            scenario,
            engine: self.simulation.engine,
            tune: self.simulation.tune(),
            out,
            markets: self.markets,
            resume,
            command: self.command,
        }
    }

    /// Runs it, and tells how it went.
    pub fn run(&self, request: &Request<'_>, voice: &mut Voice) -> anyhow::Result<RunSummary> {
        let pages = Pages {
            diary: &overheard_diary::write_into,
            report: &report,
        };
        let result = run_into_folder(request, pages, &mut |event| voice.hear(event), self.cancel);
        voice.end();
        match result {
            Ok(summary) => {
                tell(voice, &summary);
                Ok(summary)
            }
            Err(RunFailure::Interrupted { .. }) => {
                Err(self.simulation.interrupted(self.command).into())
            }
            Err(failure) => Err(failure.into()),
        }
    }
}

/// Draws the charts and the report under a manifest that is yet to be written.
fn report(folder: &Path, manifest: &Manifest) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut fields = serde_json::to_value(manifest)?;
    if let Some(fields) = fields.as_object_mut() {
        // What is not known is left out.
        fields.retain(|_, value| !value.is_null());
    }
    overheard_report::write_with(folder, serde_json::from_value(fields)?)?;
    Ok(())
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
