//! Scenarios as Python holds them.

use std::path::PathBuf;

use overheard_questions::scenarios::{self, Override};
use overheard_scenario::Scenario;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::fault::of_scenario;

/// Those that come along: names and texts.
static SCENARIOS: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));

/// Names of the scenarios that come along.
#[pyfunction]
pub fn scenarios_at_hand() -> Vec<&'static str> {
    SCENARIOS.iter().map(|(name, _)| *name).collect()
}

/// A scenario as typed; nothing of it is checked.
#[pyclass(frozen, module = "overheard._core")]
pub struct Typed(pub scenarios::Typed);

#[pymethods]
impl Typed {
    /// Reads a file, given by its path or by its name in `scenarios`.
    #[staticmethod]
    fn read(path: PathBuf) -> PyResult<Self> {
        scenarios::read(&path)
            .map(Typed)
            .map_err(|e| of_scenario(&e))
    }

    /// A text; messages call it `name`.
    #[staticmethod]
    fn text(name: &str, text: &str) -> Self {
        Typed(scenarios::Typed::text(name, text))
    }

    /// One that comes along, if it has this name. It may extend the others.
    #[staticmethod]
    fn at_hand(name: &str) -> Option<Self> {
        let typed =
            |(name, text): &(&str, &str)| scenarios::Typed::text(&format!("{name}.toml"), text);
        let own = SCENARIOS.iter().find(|(known, _)| *known == name)?;
        let others = SCENARIOS.iter().filter(|(known, _)| *known != name);
        Some(Typed(
            others.fold(typed(own), |own, other| own.over(&typed(other))),
        ))
    }

    /// The same, where it may extend `base`.
    fn over(&self, base: &Typed) -> Self {
        Typed(self.0.clone().over(&base.0))
    }

    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The scenario under `(option, KEY=VALUE)`, as a dictionary.
    fn resolved<'py>(
        &self,
        py: Python<'py>,
        overrides: Vec<(String, String)>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let scenario = self.under(&options(overrides))?;
        let known = PyDict::new(py);
        known.set_item("name", &scenario.name)?;
        known.set_item("description", &scenario.description)?;
        known.set_item("start", scenario.world.date("time.start").to_string())?;
        known.set_item("end", scenario.world.date("time.end").to_string())?;
        known.set_item("people", scenario.world.integer("run.people"))?;
        known.set_item("seed", scenario.world.integer("run.seed"))?;
        known.set_item("draws", scenario.world.integer("ensemble.draws"))?;
        let arms: Vec<&str> = scenario.arms.iter().map(|arm| arm.name.as_str()).collect();
        known.set_item("arms", arms)?;
        known.set_item("toml", scenario.to_toml())?;
        Ok(known)
    }
}

impl Typed {
    /// The scenario, checked.
    pub fn under(&self, overrides: &[Override]) -> PyResult<Scenario> {
        self.0.scenario(overrides).map_err(|e| of_scenario(&e))
    }
}

/// What is laid over a scenario, named as messages name it.
pub fn options(overrides: Vec<(String, String)>) -> Vec<Override> {
    let one = |(option, text): (String, String)| {
        let known = ["--people", "--seed", "--draws"];
        let named = known.into_iter().find(|name| *name == option);
        (named.unwrap_or("--set"), text)
    };
    overrides.into_iter().map(one).collect()
}
