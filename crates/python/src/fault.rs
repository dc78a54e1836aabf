//! Errors as exceptions of `overheard.errors`.

use std::any::Any;
use std::panic;
use std::sync::{Mutex, PoisonError};

use overheard_questions::{Hinted, hint, scenario_error, sentence};
use overheard_scenario::ScenarioError;
use overheard_study::words_of_panic;
use pyo3::prelude::*;

/// Where the last panic was: its payload does not say.
static PLACE: Mutex<Option<String>> = Mutex::new(None);

/// Keeps the place of a panic instead of printing it. Other modules have a runtime of their own, and are not touched.
pub fn keep_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        *PLACE.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }));
}

/// What a panic is to Python.
pub fn bug(payload: &(dyn Any + Send)) -> PyErr {
    let what = words_of_panic(payload);
    let place = PLACE.lock().unwrap_or_else(PoisonError::into_inner).take();
    let place = place.map_or_else(String::new, |place| format!(" ({place})"));
    exception(
        "BugError",
        &format!("this is a bug in overheard: {what}{place}"),
        Some("please report it with the call and the scenario; finished shards can be resumed"),
        None,
    )
}

/// What an error is to Python.
pub fn raised(error: &anyhow::Error) -> PyErr {
    if let Some(error) = scenario_error(error) {
        return of_scenario(error);
    }
    let class = match error.downcast_ref::<Hinted>() {
        Some(_) => "CallError",
        None => "RunError",
    };
    exception(class, &sentence(error), hint(error), None)
}

/// Everything that is wrong with a scenario, each with its place.
pub fn of_scenario(error: &ScenarioError) -> PyErr {
    let class = match error.is_missing() {
        true => "ScenarioNotFoundError",
        false => "ScenarioError",
    };
    exception(class, &error.render(false), None, error.position())
}

fn exception(class: &str, text: &str, hint: Option<&str>, place: Option<(usize, usize)>) -> PyErr {
    let made = Python::attach(|py| {
        let class = py.import("overheard.errors")?.getattr(class)?;
        class.call1((text, hint, place)).map(PyErr::from_value)
    });
    made.unwrap_or_else(|error| error)
}
