//! `effects.csv`: published field experiments beside the arms that imitate them.
//!
//! An experiment treats some people inside each market and compares them with the others there. So does a split arm: with
//! `T` and `C` the ratio of two flows among treated people and others, the effect is `T/C - 1`. Treated people and others
//! are different people, and by chance never quite alike. Where the base arm is split in the same way and treats nobody,
//! its `T₀/C₀` is this chance, of the very same people, and `(T/C)/(T₀/C₀) - 1` is free of it.
//!
//! Some publications count the ads of some advertisers only. Their mix of kinds is not everybody's: each kind's flows are then
//! taken so many times that its share of what is spent on the others (the control side) in the base arm is the published one.

use std::io::Write;

use overheard_formats::{Column, Key, number, number_or_empty};
use overheard_model::ids::AdKind;
use overheard_model::tally::{KINDS, SPLIT, SPLIT_KINDS};

use crate::error::OutcomeError;
use crate::estimate::Estimate;
use crate::estimates::Estimates;

/// A published effect, and the arm that imitates it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Imitation<'a> {
    /// Key in `data/targets.csv`.
    pub target: &'a str,
    /// The kind of platform it was measured on.
    pub set: &'a str,
    /// Whose ads were counted, in the words of the publication.
    pub kind: &'a str,
    /// Kinds of ads that stand for these, each group with its share of spend if it has one; none: all ads.
    pub mix: &'a [(Vec<AdKind>, Option<f64>)],
    /// Treatment and ratio, for readers.
    pub what: &'a str,
    pub arm: usize,
    /// Whether the base arm tells the same people apart.
    pub split_base: bool,
    /// Measures: the ratio is `over / under`.
    pub over: &'a str,
    pub under: &'a str,
    /// Change of the ratio (%).
    pub published: f64,
    /// Its 95 % interval (%).
    pub interval: Option<[f64; 2]>,
    /// Whether the parameters of its set were fitted to it.
    pub fitted: bool,
    pub source: &'a str,
}

/// A row of `effects.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectRow<'a> {
    pub imitation: Imitation<'a>,
    /// Change of the ratio (%).
    pub simulated: Estimate,
}

impl EffectRow<'_> {
    /// Whether the simulated effect lies in the published interval, if there is one.
    pub fn inside(&self) -> Option<bool> {
        let [low, high] = self.imitation.interval?;
        Some((low..=high).contains(&self.simulated.value))
    }
}

/// Computes the effects, in the order given.
///
/// # Errors
/// An arm that is not split, or a measure that split arms do not have.
pub fn effects<'a>(
    estimates: &Estimates,
    imitations: impl IntoIterator<Item = Imitation<'a>>,
) -> Result<Vec<EffectRow<'a>>, OutcomeError> {
    let row = |imitation: Imitation<'a>| {
        let factors = factors(estimates, imitation.mix)?;
        let contrast = |arm: usize| {
            let ratio = |side: usize| {
                let of = |measure| flow(estimates, arm, measure, side, &factors);
                Ok::<_, OutcomeError>(of(imitation.over)?.over(&of(imitation.under)?))
            };
            Ok::<_, OutcomeError>(ratio(TREATED)?.over(&ratio(CONTROL)?))
        };
        let mut effect = contrast(imitation.arm)?;
        if imitation.split_base {
            effect = effect.over(&contrast(0)?);
        }
        Ok(EffectRow {
            imitation,
            simulated: effect.map(|ratio| 100.0 * (ratio - 1.0)),
        })
    };
    imitations.into_iter().map(row).collect()
}

/// Sides of a split arm, as places in [`SPLIT`].
const TREATED: usize = 0;
const CONTROL: usize = 1;

/// How many times each kind's flows are taken; nothing where all ads count as they come.
fn factors(
    estimates: &Estimates,
    mix: &[(Vec<AdKind>, Option<f64>)],
) -> Result<Option<[f64; KINDS.len()]>, OutcomeError> {
    if mix.is_empty() {
        return Ok(None);
    }
    let mut factors = [0.0; KINDS.len()];
    for (kinds, share) in mix {
        let mut spent = 0.0;
        for kind in kinds {
            spent += split(estimates, 0, "ad_spend_usd", CONTROL, Some(kind.index()))?.value;
        }
        for kind in kinds {
            factors[kind.index()] = match share {
                Some(share) if spent > 0.0 => share / spent,
                Some(_) => 0.0,
                None => 1.0,
            };
        }
    }
    Ok(Some(factors))
}

/// A flow on one side of an arm. Slots are offered to all kinds alike.
fn flow(
    estimates: &Estimates,
    arm: usize,
    measure: &str,
    side: usize,
    factors: &Option<[f64; KINDS.len()]>,
) -> Result<Estimate, OutcomeError> {
    let by_kind = !matches!(measure, "ad_slots" | "incremental_conversions");
    let Some(factors) = factors.filter(|_| by_kind) else {
        return split(estimates, arm, measure, side, None).cloned();
    };
    let mut sum: Option<Estimate> = None;
    for (kind, factor) in factors.into_iter().enumerate() {
        let part = split(estimates, arm, measure, side, Some(kind))?.scaled(factor);
        match &mut sum {
            Some(sum) => sum.add(&part),
            None => sum = Some(part),
        }
    }
    Ok(sum.unwrap_or_else(|| Estimate::without_error(0.0)))
}

fn split<'e>(
    estimates: &'e Estimates,
    arm: usize,
    measure: &str,
    side: usize,
    kind: Option<usize>,
) -> Result<&'e Estimate, OutcomeError> {
    let key = match kind {
        None => Key::of(format!("split_{measure}")).with(Column::Bucket, SPLIT[side]),
        Some(kind) => Key::of(format!("split_{measure}_by_kind"))
            .with(Column::Bucket, SPLIT_KINDS[side * KINDS.len() + kind]),
    };
    estimates.get(arm, &key).ok_or_else(|| {
        let (arm, row) = (estimates.arms()[arm].clone(), key.to_string());
        OutcomeError::NotSplit { arm, row }
    })
}

/// The columns of `effects.csv`.
pub(crate) const COLUMNS: [&str; 13] = [
    "target",
    "set",
    "kind",
    "what",
    "arm",
    "published",
    "published_low",
    "published_high",
    "simulated",
    "std_error",
    "inside",
    "fitted",
    "source",
];

/// Writes `effects.csv`: `target`, `set`, `kind`, `what`, `arm`, `published`, `published_low`, `published_high`, `simulated`,
/// `std_error` (all in percent), `inside` (`yes`, `no`, or empty without an interval), `fitted` (`yes` or `no`), `source`.
///
/// # Errors
/// Whatever the writer says.
pub fn write_effects(
    out: impl Write,
    estimates: &Estimates,
    rows: &[EffectRow],
) -> Result<(), OutcomeError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    let answer = |yes| if yes { "yes" } else { "no" };
    for row in rows {
        let imitation = &row.imitation;
        let [low, high] = [0, 1].map(|end| imitation.interval.map(|interval| interval[end]));
        table.write_record([
            imitation.target,
            imitation.set,
            imitation.kind,
            imitation.what,
            &estimates.arms()[imitation.arm],
            &number(imitation.published),
            &number_or_empty(low),
            &number_or_empty(high),
            &number(row.simulated.value),
            &number_or_empty(row.simulated.std_error()),
            row.inside().map_or("", answer),
            answer(imitation.fitted),
            imitation.source,
        ])?;
    }
    table.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::split_estimates;

    const IMITATION: Imitation = Imitation {
        target: "effect.some",
        set: "meta",
        kind: "all",
        mix: &[],
        what: "less known: revenue per slot",
        arm: 1,
        split_base: true,
        over: "ad_spend_usd",
        under: "ad_slots",
        published: -50.0,
        interval: Some([-51.0, -49.0]),
        fitted: true,
        source: "somebody, somewhere",
    };

    #[test]
    fn what_chance_dealt_to_the_treated_is_divided_out() {
        let estimates = split_estimates(0.5);
        let change = |split_base| {
            let imitation = Imitation {
                split_base,
                ..IMITATION
            };
            effects(&estimates, [imitation]).unwrap().remove(0)
        };
        let (simple, against_base) = (change(false), change(true));
        assert!((against_base.simulated.value + 50.0).abs() < 1e-4);
        assert_eq!(against_base.inside(), Some(true));
        let error = |row: &EffectRow| row.simulated.std_error().unwrap();
        assert!(error(&against_base) < 0.01 * error(&simple));
    }

    #[test]
    fn a_table_of_effects_is_tidy() {
        let estimates = split_estimates(0.75);
        let open = Imitation {
            interval: None,
            fitted: false,
            ..IMITATION
        };
        let rows = effects(&estimates, [IMITATION, open]).unwrap();
        let mut bytes = Vec::new();
        write_effects(&mut bytes, &estimates, &rows).unwrap();
        let table = String::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3);
        let begin = "effect.some,meta,all,less known: revenue per slot,treated,-50.0,";
        assert!(
            lines[1].starts_with(&format!("{begin}-51.0,-49.0,-2")),
            "{table}"
        );
        assert!(
            lines[1].ends_with(",no,yes,\"somebody, somewhere\""),
            "{table}"
        );
        assert!(lines[2].starts_with(&format!("{begin},,-2")), "{table}");
        assert!(
            lines[2].ends_with(",,no,\"somebody, somewhere\""),
            "{table}"
        );
    }

    #[test]
    fn an_arm_that_is_not_split_is_named() {
        let whole = crate::fixtures::estimates();
        let error = effects(&whole, [IMITATION]).unwrap_err().to_string();
        assert!(error.contains("split_ad_spend_usd"), "{error}");
    }
}
