//! Where a sweep, or a part of one, goes, and what is there already.

use std::path::PathBuf;

use overheard_engine::run::{Event, Inputs, RunFailure, default_folder};
use overheard_scenario::Scenario;

use super::error::SweepError;
use super::kept::Kept;
use super::manifest;
use super::request::{Progress, Sweep};
use super::tables::Reasons;
use crate::work::disk;

/// What a sweep is tied to, and where it goes.
pub struct Place {
    pub central: Scenario,
    pub hash: [u8; 32],
    pub inputs: Inputs,
    /// Where it goes if no folder is named.
    pub name: String,
}

impl Place {
    pub fn of(request: &Sweep) -> Result<Self, SweepError> {
        let central = request.scenario(&[])?;
        let hash = manifest::inputs_hash(request, &central);
        let (arms, points) = (central.arms.len(), request.plan.points.len());
        let sizes = [arms, request.plan.unknowns.len(), points];
        Ok(Place {
            name: format!("{}-sweep", central.name),
            inputs: Inputs::new(hash, sizes.map(|n| n as u32)),
            hash,
            central,
        })
    }

    /// The folder that was named, or else that of the name.
    pub fn folder(&self, request: &Sweep, name: &str) -> PathBuf {
        match request.out {
            Some(folder) => folder.to_owned(),
            None => default_folder(name, &self.hash),
        }
    }
}

/// Where a sweep goes if no folder is named.
///
/// # Errors
/// The scenario as it is cannot be used.
pub fn sweep_folder(request: &Sweep) -> Result<PathBuf, SweepError> {
    let place = Place::of(request)?;
    Ok(place.folder(request, &place.name))
}

/// What is there is told once it is known to be of these points.
pub fn hear(event: Event, events: &mut dyn FnMut(Progress)) {
    match event {
        Event::Folder(folder) => events(Progress::Folder(folder)),
        Event::Note(text) => events(Progress::Note(text)),
        _ => {}
    }
}

/// Those of some points that are neither kept nor known to fail. How many are there is told.
pub fn left(
    kept: &mut Kept,
    own: &[usize],
    known: &Reasons,
    events: &mut dyn FnMut(Progress),
) -> Result<Vec<usize>, RunFailure> {
    let mut todo = Vec::new();
    for point in own {
        let there = kept.has(*point).map_err(disk("read the journal"))?;
        if !there && !known.contains_key(&(*point as u32)) {
            todo.push(*point);
        }
    }
    if todo.len() < own.len() {
        let (of, left) = (own.len() as u64, todo.len() as u64);
        let points = of - left;
        events(Progress::Resumed { points, of });
    }
    Ok(todo)
}
