//! The points of a sweep, from what was asked.

use std::error::Error;
use std::path::Path;

use overheard_report::SweepManifest as Reported;
use overheard_scenario::{Scenario, ScenarioFile};
use overheard_study::{
    Design, Keep, Plan, Rules, SweepManifest, Unknown, VALUES_ALONE, from_posterior, from_priors,
    open_levels, read_points, typed as unknown,
};

use crate::fault::hinted;
use crate::numbers::count;
use crate::scenarios::Override;

/// Simulated assistant users of a point, if nothing is said: what moves answers by factors is seen with few.
const PEOPLE: u64 = 20_000;
/// Most unknowns: each has dimensions of its own among the draws, two of them in Saltelli's scheme.
const MOST_UNKNOWNS: usize = 10_000;
/// Most points: each takes some kilobytes before it is run.
const MOST_POINTS: usize = 1_000_000;
/// Draws if no number of them is given.
const DRAWS: u32 = 64;

/// Which points: what `overheard sweep` takes.
#[derive(Clone, Debug)]
pub struct Points<'a> {
    /// `KEY=LOW..HIGH`, or `KEY`.
    pub vary: &'a [String],
    /// `priors`, `posterior`, or a file.
    pub from: Option<&'a str>,
    /// How many, if that is said.
    pub draws: Option<u32>,
    /// How they are laid.
    pub design: Design,
    /// Each unknown alone, too.
    pub one_at_a_time: bool,
    /// Levels are met again at each.
    pub relevel: bool,
    /// Which draws count: `calibrated`, `evidence`; all if nothing is said.
    pub keep: &'a [String],
}

/// What is laid over the scenario of a sweep, unless it is said: fewer people, and no sampling errors. Points are the same people,
/// so what tells them apart is not sampling; and without groups of a jackknife a small run is done sooner.
pub fn sweep_settings(own: Vec<Override>) -> Vec<Override> {
    let people = ("--people", format!("run.people={PEOPLE}"));
    let values_alone = ("--set", VALUES_ALONE.to_owned());
    [people, values_alone].into_iter().chain(own).collect()
}

/// The points that were asked for.
///
/// # Errors
/// What was asked for does not go together, or a file cannot be read.
pub fn plan(asked: &Points<'_>, central: &Scenario, file: &ScenarioFile) -> anyhow::Result<Plan> {
    let plan = match asked.from {
        Some("posterior") => {
            if !asked.vary.is_empty() || asked.design != Design::Lhs {
                return Err(hinted(
                    "the posterior says what is varied, and how",
                    "leave --vary and --design out, or take --from priors",
                ));
            }
            let draws = asked.draws.unwrap_or(DRAWS);
            few_enough(draws as usize)?;
            from_posterior(central, draws)?
        }
        None | Some("priors") => {
            let unknowns = unknowns(asked, central, file)?;
            let draws = asked.draws.unwrap_or(DRAWS);
            let points = match asked.design {
                Design::Saltelli => (draws as usize).saturating_mul(unknowns.len() + 2),
                _ => draws as usize,
            };
            few_enough(points)?;
            if unknowns.len() > MOST_UNKNOWNS {
                let shown = count(unknowns.len() as f64);
                return Err(hinted(
                    format!("{shown} unknowns are too many"),
                    "vary fewer knobs",
                ));
            }
            let seed = central.world.integer("run.seed") as u64;
            Plan::drawn(asked.design, unknowns, draws, seed)
        }
        Some(path) => {
            if !asked.vary.is_empty() || asked.draws.is_some() {
                return Err(hinted(
                    format!("--from {path} says what is varied, and how often"),
                    "leave --vary and --draws out",
                ));
            }
            from_file(path, file)?
        }
    };
    let rules = rules(asked, central, &plan)?;
    let plan = plan.under(rules);
    Ok(match asked.one_at_a_time {
        true => plan.one_at_a_time(),
        false => plan,
    })
}

/// Refuses more points than memory holds, before they are laid.
///
/// # Errors
/// They are too many.
pub fn few_enough(points: usize) -> anyhow::Result<()> {
    match points > MOST_POINTS {
        true => Err(hinted(
            format!("{} points are too many", count(points as f64)),
            "take fewer --draws",
        )),
        false => Ok(()),
    }
}

/// Whether levels are met again, and which draws count.
fn rules(asked: &Points<'_>, central: &Scenario, plan: &Plan) -> anyhow::Result<Rules> {
    let keep = Keep::named(asked.keep.iter().map(String::as_str)).map_err(|other| {
        let message = format!("--keep {other}: nobody knows how to tell such draws");
        hinted(message, "possible: calibrated, evidence")
    })?;
    if keep.evidence && central.arms.iter().all(|arm| arm.imitates.is_empty()) {
        return Err(hinted(
            "--keep evidence: no arm of the scenario imitates a published effect",
            "the arms of scenarios/experiments.toml do; --keep calibrated asks public figures of any scenario",
        ));
    }
    if asked.relevel && open_levels(central, plan).is_empty() {
        return Err(hinted(
            "--relevel: no level is left to be met, as all are varied or set by the scenario",
            "leave it out; points of the posterior have met their levels already",
        ));
    }
    Ok(Rules {
        relevel: asked.relevel,
        keep,
    })
}

/// What is varied: what `--vary` says, or every prior that the scenario leaves open, or both.
fn unknowns(
    asked: &Points<'_>,
    central: &Scenario,
    file: &ScenarioFile,
) -> anyhow::Result<Vec<Unknown>> {
    let arms = file.arm_names();
    let mut own: Vec<Unknown> = Vec::new();
    for text in asked.vary {
        let unknown = unknown(text, &arms)
            .map_err(|fault| hinted(format!("--vary {text}: {}", fault.message), fault.hint))?;
        if let Some(other) = own.iter().find(|o| o.target.overlaps(&unknown.target)) {
            return Err(hinted(
                format!("--vary {text}: `{}` is varied already", other.target),
                "give each knob one range",
            ));
        }
        own.push(unknown);
    }
    if own.is_empty() || asked.from.is_some() {
        let mut priors = from_priors(central);
        // A range that was typed stands for the prior.
        priors.retain(|p| own.iter().all(|o| !o.target.overlaps(&p.target)));
        priors.extend(own);
        own = priors;
    }
    Ok(own)
}

fn from_file(path: &str, file: &ScenarioFile) -> anyhow::Result<Plan> {
    let hint = "--from takes priors, posterior, or a CSV file with a column for each knob";
    let bytes = std::fs::read(path)
        .map_err(|cause| hinted(format!("cannot read the points in {path}: {cause}"), hint))?;
    read_points(&bytes, &file.arm_names()).map_err(|fault| hinted(format!("{path}: {fault}"), hint))
}

/// Draws the charts under a manifest that is yet to be written.
///
/// # Errors
/// A table cannot be read, a chart not be written.
pub fn charts(folder: &Path, manifest: &SweepManifest) -> Result<(), Box<dyn Error + Send + Sync>> {
    let fields: Reported = serde_json::from_value(serde_json::to_value(manifest)?)?;
    overheard_report::write_sweep_with(folder, fields)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use overheard_report::headlines;
    use overheard_study::{HEADLINES, Of, headline_key};

    /// The report reads files, whoever wrote them, and has a list of its own.
    #[test]
    fn the_report_tells_the_headlines_that_sweeps_keep() {
        let told = headlines().map(|h| (h.key, h.difference));
        let kept = HEADLINES.map(|h| (headline_key(h), h.2 == Of::Difference));
        assert_eq!(told, kept);
    }
}
