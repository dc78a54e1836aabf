//! The questions, each as a function of plain values.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use overheard_engine::run::{Part, Request, folder_of as folder, run_part as run_one_part};
use overheard_engine::{EngineKind, Tune};
use overheard_outcomes::write_differences;
use overheard_questions::{
    Apart, Merged, News, Points, WholeRun, charts, compare_arms, compare_runs,
    decompose as take_apart, hinted, markets_folder, plan, plausible, runs, sweep_settings, whole,
    write_decomposition_into,
};
use overheard_scenario::{Scenario, ScenarioFile};
use overheard_study::{
    Design, Plan, Progress, Sweep, sweep as run_sweep, sweep_folder,
    sweep_part as run_part_of_sweep, write_decomposition,
};
use pyo3::prelude::*;

use crate::fault::raised;
use crate::scenario::{Typed, options};
use crate::work::{Told, work};

/// What simulates, and where to.
#[derive(FromPyObject)]
pub struct How {
    engine: String,
    threads: Option<usize>,
    out: Option<PathBuf>,
    resume: bool,
    command: String,
}

impl How {
    fn engine(&self) -> anyhow::Result<EngineKind> {
        EngineKind::named(&self.engine).ok_or_else(|| {
            let message = format!("engine={:?}: there is no such engine", self.engine);
            hinted(message, "possible: thinned, events")
        })
    }

    fn tune(&self) -> anyhow::Result<Tune> {
        let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let Some(threads) = self.threads else {
            return Ok(Tune::new(cores()));
        };
        match NonZeroUsize::new(threads) {
            Some(threads) => Ok(Tune::new(threads)),
            None => Err(hinted(
                "threads=0: nobody would work",
                "leave it out for one per core",
            )),
        }
    }
}

type Overrides = Vec<(String, String)>;

/// Runs a scenario; gives the folder, and whether no arm's effect is too large to be true.
#[pyfunction]
pub fn run(
    typed: &Typed,
    overrides: Overrides,
    how: How,
    hear: &Bound<'_, PyAny>,
) -> PyResult<(PathBuf, bool)> {
    let overrides = options(overrides);
    let scenario = typed.under(&overrides)?;
    let typed = &typed.0;
    work(hear, |tell, cancel| {
        let file = typed.file()?;
        let settings: Vec<String> = overrides.into_iter().map(|(_, text)| text).collect();
        let markets = markets_folder();
        let asked = WholeRun {
            request: Request {
                scenario: &scenario,
                engine: how.engine()?,
                tune: how.tune()?,
                out: how.out.as_deref(),
                markets: markets.as_deref(),
                resume: how.resume,
                command: &how.command,
            },
            file: &file,
            settings: &settings,
        };
        carry_out(&asked, tell, cancel)
    })
}

/// The folder of a run, and whether no arm's effect is too large to be true; what it warns of is told.
fn carry_out(
    asked: &WholeRun<'_>,
    tell: &mut dyn FnMut(Option<Told>),
    cancel: &AtomicBool,
) -> anyhow::Result<(PathBuf, bool)> {
    let summary = whole(asked, &mut |news| tell(Told::of(news)), cancel)?;
    for text in summary.manifest.iter().flat_map(|m| &m.warnings) {
        tell(Some(Told::Warn(text.clone())));
    }
    let plausible = plausible(&summary)?;
    Ok((summary.folder, plausible))
}

/// Runs the part `K/N` of a run; gives its folder.
#[pyfunction]
pub fn run_part(
    typed: &Typed,
    overrides: Overrides,
    part: &str,
    how: How,
    hear: &Bound<'_, PyAny>,
) -> PyResult<PathBuf> {
    let scenario = typed.under(&options(overrides))?;
    work(hear, |tell, cancel| {
        let of = part_of(part)?;
        let markets = markets_folder();
        let request = Request {
            scenario: &scenario,
            engine: how.engine()?,
            tune: how.tune()?,
            out: how.out.as_deref(),
            markets: markets.as_deref(),
            resume: how.resume,
            command: &how.command,
        };
        let mut hear = |event: overheard_engine::run::Event<'_>| tell(Told::of_run(event));
        let (folder, _) = run_one_part(&request, of, &mut hear, cancel)?;
        Ok(folder)
    })
}

/// Makes the run of its parts, as [`run`], or the sweep, of which nothing is implausible.
#[pyfunction]
pub fn merge(parts: Vec<PathBuf>, how: How, hear: &Bound<'_, PyAny>) -> PyResult<(PathBuf, bool)> {
    work(hear, |tell, cancel| {
        let merged = Merged::of(&parts)?;
        let into = merged.put_into(how.out.as_deref())?;
        let tune = how.tune()?;
        match &merged {
            Merged::Run(run) => {
                let asked = WholeRun {
                    request: Request {
                        scenario: &run.scenario,
                        engine: run.engine,
                        tune,
                        out: Some(&into),
                        markets: None,
                        resume: true,
                        command: &how.command,
                    },
                    file: &run.file,
                    settings: &[],
                };
                carry_out(&asked, tell, cancel)
            }
            Merged::Sweep(sweep) => {
                let mut hear = |progress: Progress<'_>| tell(Told::of_points(progress));
                sweep.finish(&into, tune, &how.command, &charts, &mut hear, cancel)?;
                Ok((into, true))
            }
        }
    })
}

/// Where a run goes if no folder is named: its name ends in what it is tied to.
#[pyfunction]
pub fn folder_of(typed: &Typed, overrides: Overrides, how: How) -> PyResult<PathBuf> {
    let scenario = typed.under(&options(overrides))?;
    let engine = how.engine().map_err(|e| raised(&e))?;
    let tune = how.tune().map_err(|e| raised(&e))?;
    Ok(folder(&Request {
        scenario: &scenario,
        engine,
        tune,
        out: None,
        markets: None,
        resume: false,
        command: "",
    }))
}

/// Which points a sweep asks.
#[derive(FromPyObject)]
pub struct Which {
    vary: Vec<String>,
    #[pyo3(attribute("from_"))]
    from: Option<String>,
    draws: Option<u32>,
    design: String,
    one_at_a_time: bool,
    relevel: bool,
    keep: Vec<String>,
}

impl Which {
    fn plan(&self, central: &Scenario, file: &ScenarioFile) -> anyhow::Result<Plan> {
        let mut designs = [Design::Lhs, Design::Saltelli].into_iter();
        let design = designs.find(|design| design.name() == self.design);
        let asked = Points {
            vary: &self.vary,
            from: self.from.as_deref(),
            draws: self.draws,
            design: design.ok_or_else(|| {
                let message = format!("design={:?}: there is no such design", self.design);
                hinted(message, "possible: lhs, saltelli")
            })?,
            one_at_a_time: self.one_at_a_time,
            relevel: self.relevel,
            keep: &self.keep,
        };
        plan(&asked, central, file)
    }
}

impl How {
    fn sweep<'a>(
        &'a self,
        file: &'a ScenarioFile,
        settings: &'a [String],
        plan: &'a Plan,
    ) -> anyhow::Result<Sweep<'a>> {
        Ok(Sweep {
            file,
            settings,
            plan,
            engine: self.engine()?,
            tune: self.tune()?,
            out: self.out.as_deref(),
            resume: self.resume,
            command: &self.command,
        })
    }
}

/// Runs a scenario at many points; gives the folder.
#[pyfunction]
pub fn sweep(
    typed: &Typed,
    overrides: Overrides,
    which: Which,
    how: How,
    hear: &Bound<'_, PyAny>,
) -> PyResult<PathBuf> {
    let overrides = sweep_settings(options(overrides));
    // Read once as it was typed, so that faults are shown where they are.
    let central = typed.under(&overrides)?;
    let typed = &typed.0;
    work(hear, |tell, cancel| {
        let file = typed.file()?;
        let settings: Vec<String> = overrides.into_iter().map(|(_, text)| text).collect();
        let plan = which.plan(&central, &file)?;
        let request = how.sweep(&file, &settings, &plan)?;
        let mut hear = |progress: Progress<'_>| tell(Told::of_points(progress));
        let swept = run_sweep(&request, &charts, &mut hear, cancel)?;
        Ok(swept.folder)
    })
}

/// What a part of a sweep is told, wherever it runs: the scenario as a file, and the plan; and where the sweep goes if no folder is
/// named.
#[pyfunction]
pub fn sweep_asked(
    typed: &Typed,
    overrides: Overrides,
    which: Which,
    how: How,
) -> PyResult<(String, Vec<u8>, PathBuf)> {
    let overrides = sweep_settings(options(overrides));
    let central = typed.under(&overrides)?;
    let asked = || {
        let file = typed.0.file()?;
        let settings: Vec<String> = overrides.into_iter().map(|(_, text)| text).collect();
        let plan = which.plan(&central, &file)?;
        let folder = sweep_folder(&how.sweep(&file, &settings, &plan)?)?;
        Ok((central.to_toml(), plan.encode(), folder))
    };
    asked().map_err(|e: anyhow::Error| raised(&e))
}

/// Runs the part `K/N` of a sweep by what [`sweep_asked`] gave; gives its folder.
#[pyfunction]
pub fn sweep_part(
    typed: &Typed,
    plan: Vec<u8>,
    part: &str,
    how: How,
    hear: &Bound<'_, PyAny>,
) -> PyResult<PathBuf> {
    let typed = &typed.0;
    work(hear, |tell, cancel| {
        let file = typed.file()?;
        let plan = Plan::decode(&plan, &file.arm_names())
            .ok_or_else(|| hinted("the points of the sweep cannot be read", SAME_WHEEL))?;
        let request = how.sweep(&file, &[], &plan)?;
        let mut hear = |progress: Progress<'_>| tell(Told::of_points(progress));
        let (folder, _) = run_part_of_sweep(&request, part_of(part)?, &mut hear, cancel)?;
        Ok(folder)
    })
}

/// What helps where one machine does not understand the other.
const SAME_WHEEL: &str = "install the same wheel everywhere";

fn part_of(text: &str) -> anyhow::Result<Part> {
    Part::parse(text)
        .ok_or_else(|| hinted(format!("{text} is no part"), "write K/N: K from 1 to N"))
}

/// What each provision contributes, as the bytes of `decomposition.csv`.
#[pyfunction]
pub fn decompose(
    typed: &Typed,
    overrides: Overrides,
    by_and_measures: [Vec<String>; 2],
    arm: Option<String>,
    draws: Option<u32>,
    how: How,
    hear: &Bound<'_, PyAny>,
) -> PyResult<Vec<u8>> {
    let overrides = options(overrides);
    typed.under(&overrides)?;
    let typed = &typed.0;
    work(hear, |tell, cancel| {
        let [by, measures] = &by_and_measures;
        let (engine, tune) = (how.engine()?, how.tune()?);
        let out = how.out.as_deref();
        let asked = Apart::new(
            typed,
            &overrides,
            [by, measures],
            arm.as_deref(),
            draws,
            out,
        )?;
        let mut hear = |news: News<'_>| tell(Told::of(news));
        let found = take_apart(&asked, engine, tune, &mut hear, cancel)?;
        if let Some(folder) = out {
            write_decomposition_into(folder, &asked, &found, engine, tune)?;
        }
        let mut table = Vec::new();
        write_decomposition(&mut table, &found)?;
        Ok(table)
    })
}

/// What differs: the bytes of `differences.csv`, what is to know before them, what could not be compared.
#[pyfunction]
pub fn compare(
    py: Python<'_>,
    first: PathBuf,
    second: Option<PathBuf>,
    base: Option<String>,
) -> PyResult<(Vec<u8>, Vec<String>, Vec<String>)> {
    let answer = move || {
        let first = runs::read(&first)?;
        let compared = match (second, base) {
            (Some(second), None) => compare_runs(&first, &runs::read(&second)?)?,
            (None, Some(base)) => compare_arms(&first, &base)?,
            _ => {
                let arms = first.run.arms().join(", ");
                return Err(hinted(
                    "one run is compared with another, or its arms with one of them",
                    format!("give a second run, or base= one of {arms}"),
                ));
            }
        };
        let mut table = Vec::new();
        write_differences(&mut table, compared.rows)?;
        Ok((table, compared.notes, compared.warnings))
    };
    py.detach(answer).map_err(|e: anyhow::Error| raised(&e))
}

/// The folder of a finished run, and whether it is a sweep's.
#[pyfunction]
pub fn finished(path: PathBuf) -> PyResult<(PathBuf, bool)> {
    let folder = runs::finished(&path).map_err(|e| raised(&e))?;
    let sweep = runs::sweep_of(&folder).is_some();
    Ok((folder, sweep))
}

/// Panics, so that a test can see what becomes of it.
#[pyfunction]
pub fn provoke(hear: &Bound<'_, PyAny>) -> PyResult<()> {
    work(hear, |_, _| panic!("on purpose"))
}
