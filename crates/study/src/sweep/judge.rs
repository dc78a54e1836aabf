//! Which draws count: those that agree with what is published as far as the scenario as it is does.
//!
//! What the scenario itself misses is the model's fault, or its question, and rules no draw out. A figure that its window does not show
//! says nothing.

use overheard_engine::{Prepared, effects, figures};
use overheard_outcomes::{CalibrationRow, EffectRow, Estimates};

use super::kept::Kept;
use super::record::{Beside, Judged};
use super::tables::Reasons;
use crate::calibrate::{INTERVAL, deviation, log};
use crate::plan::{Keep, set};

/// How far a point is off in what is asked of it.
///
/// # Errors
/// Figures or effects cannot be read off its estimates: in words.
pub fn judged(
    keep: Keep,
    prepared: &Prepared,
    estimates: &Estimates,
) -> Result<Vec<Judged>, String> {
    let mut all = Vec::new();
    if keep.calibrated {
        let rows = figures(prepared, estimates).map_err(|e| e.to_string())?;
        all.extend(rows.iter().filter_map(of_figure));
    }
    if keep.evidence {
        let own = Some(set(&prepared.scenario));
        let rows = effects(&prepared.scenario, estimates, own).map_err(|e| e.to_string())?;
        all.extend(rows.iter().filter_map(of_effect));
    }
    Ok(all)
}

fn of_figure(row: &CalibrationRow) -> Option<Judged> {
    let off = row.deviation_percent? / row.tolerance_percent;
    off.is_finite().then(|| Judged {
        what: row.figure.clone(),
        off,
        of: Keep::CALIBRATED.to_owned(),
    })
}

/// An effect may be off by its published interval and the model's discrepancy together, as for the posterior.
fn of_effect(row: &EffectRow) -> Option<Judged> {
    let published = &row.imitation;
    let allowed = INTERVAL * deviation(published.published, published.interval);
    let off = (log(row.simulated.value) - log(published.published)) / allowed;
    off.is_finite().then(|| Judged {
        what: published.what.to_owned(),
        off,
        of: Keep::EVIDENCE.to_owned(),
    })
}

/// Why a point does not count, if it does not: what it is off in farthest, of what the central point meets.
fn outside(point: &[Judged], central: &[Judged]) -> Option<String> {
    let met = |judged: &&Judged| {
        let same = |c: &&Judged| c.what == judged.what && c.of == judged.of;
        central
            .iter()
            .find(same)
            .is_some_and(|c| c.off.abs() <= 1.0)
    };
    let off = |judged: &&Judged| judged.off.abs() > 1.0;
    let missed: Vec<&Judged> = point.iter().filter(met).filter(off).collect();
    let worst = missed
        .iter()
        .max_by(|a, b| a.off.abs().total_cmp(&b.off.abs()))?;
    let more = match missed.len() - 1 {
        0 => String::new(),
        n => format!(", and {n} more"),
    };
    Some(format!(
        "not {}: {} is off by {:.2} times what is allowed{more}",
        match worst.of.as_str() {
            Keep::EVIDENCE => "in agreement with the evidence",
            _ => "calibrated",
        },
        worst.what,
        worst.off.abs()
    ))
}

/// The draws that do not count, each with the reason.
///
/// # Errors
/// The journal cannot be read.
pub fn left_out(kept: &mut Kept) -> std::io::Result<Reasons> {
    let mut all = Reasons::new();
    if !kept.plan.rules.keep.asks() {
        return Ok(all);
    }
    let central = kept.beside(0)?.unwrap_or_default();
    for (i, point) in kept.plan.points.iter().enumerate() {
        if !point.block.is_drawn() {
            continue;
        }
        if let Some(Beside { judged, .. }) = kept.beside(i)?
            && let Some(reason) = outside(&judged, &central.judged)
        {
            all.insert(i as u32, reason);
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(what: &str, off: f64) -> Judged {
        Judged {
            what: what.to_owned(),
            off,
            of: Keep::CALIBRATED.to_owned(),
        }
    }

    #[test]
    fn a_draw_is_outside_in_what_the_scenario_meets() {
        let central = [judged("a", 0.9), judged("b", -1.1), judged("c", 0.0)];
        let told = |offs: [f64; 3]| {
            let names = ["a", "b", "c"];
            let point: Vec<Judged> = names
                .into_iter()
                .zip(offs)
                .map(|(n, o)| judged(n, o))
                .collect();
            outside(&point, &central)
        };
        assert_eq!(told([-1.0, 1.0, 1.0]), None);
        // What the scenario misses rules nothing out.
        assert_eq!(told([1.0, -40.0, 0.0]), None);
        let why = told([1.5, 9.0, -2.04]).unwrap();
        assert_eq!(
            why,
            "not calibrated: c is off by 2.04 times what is allowed, and 1 more"
        );
        // Nor does what it does not show.
        assert_eq!(outside(&[judged("d", 9.0)], &central), None);
    }
}
