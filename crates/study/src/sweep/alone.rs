//! `one-at-a-time.csv`: each unknown at two ends, the others as the scenario has them.

use std::io::Write;

use overheard_formats::{header, number};

use super::headlines::Output;
use super::kept::Kept;
use crate::plan::{Block, Plan};

/// The columns behind those of a row's key.
const OWN: [&str; 8] = [
    "of", "knob", "low", "high", "at_low", "central", "at_high", "effect",
];

/// The places of an unknown's two points, if the plan has them.
fn ends(plan: &Plan, unknown: usize) -> Option<[usize; 2]> {
    let place = |block: Block| plan.points.iter().position(|point| point.block == block);
    Some([place(Block::Low(unknown))?, place(Block::High(unknown))?])
}

/// What moving an unknown alone does to a headline.
fn effect([low, central, high]: [f64; 3]) -> &'static str {
    if [low, central, high].iter().any(|x| !x.is_finite()) {
        return "undefined";
    }
    let signs = [low, central, high].map(|x| x.partial_cmp(&0.0));
    let opposite = |a: usize, b: usize| {
        let nonzero = |i: usize| signs[i] != Some(std::cmp::Ordering::Equal);
        nonzero(a) && nonzero(b) && signs[a] != signs[b]
    };
    if low == central && high == central {
        "none"
    } else if opposite(0, 2) || opposite(0, 1) || opposite(1, 2) {
        "changes sign"
    } else if low <= central && central <= high {
        "raises"
    } else if low >= central && central >= high {
        "lowers"
    } else {
        "both ways"
    }
}

/// Writes a row for each headline and unknown: the two values of the unknown, the headline there and at the centre, and in a word
/// what it does: `none`, `raises`, `lowers`, `both ways`, `changes sign`, or `undefined` where a point failed.
pub fn one_at_a_time(
    out: &mut dyn Write,
    plan: &Plan,
    outputs: &[Output],
) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(header(&OWN))?;
    for output in outputs {
        for (i, unknown) in plan.unknowns.iter().enumerate() {
            let Some([low, high]) = ends(plan, i) else {
                continue;
            };
            let at = |point: usize| plan.points[point].values[i].unwrap_or(f64::NAN);
            let values = [low, 0, high].map(|point| output.values[point]);
            let numbers = [at(low), at(high), values[0], values[1], values[2]].map(number);
            let name = unknown.target.to_string();
            let head = std::iter::once(output.arm.as_str())
                .chain(output.key.fields())
                .chain([output.of.name(), name.as_str()]);
            let tail = numbers.iter().map(String::as_str).chain([effect(values)]);
            table.write_record(head.chain(tail))?;
        }
    }
    Ok(table.flush()?)
}

/// Unknowns that alone change no row at all.
pub fn without_effect(kept: &mut Kept) -> std::io::Result<Vec<String>> {
    let mut found = Vec::new();
    for (i, unknown) in kept.plan.unknowns.iter().enumerate() {
        if let Some([low, high]) = ends(kept.plan, i)
            && kept.same(0, low)?
            && kept.same(0, high)?
        {
            found.push(unknown.target.to_string());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::effect;

    #[test]
    fn effects_are_told_in_a_word() {
        for (values, word) in [
            ([1.0, 1.0, 1.0], "none"),
            ([1.0, 2.0, 2.0], "raises"),
            ([3.0, 2.0, 1.0], "lowers"),
            ([3.0, 2.0, 4.0], "both ways"),
            ([-1.0, 2.0, 4.0], "changes sign"),
            ([1.0, -2.0, 4.0], "changes sign"),
            ([0.0, 2.0, 4.0], "raises"),
            ([f64::NAN, 2.0, 4.0], "undefined"),
        ] {
            assert_eq!(effect(values), word, "{values:?}");
        }
    }
}
