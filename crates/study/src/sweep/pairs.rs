//! `pairs.csv`: the headlines of each arm but the first beside those of the arms before it, draw by draw.
//!
//! What moves two arms alike, as the weight of a chat does, moves their ratio little: of two policies it is often known how one
//! changes the other where neither is known itself.

use std::io::Write;

use overheard_formats::PairRow;

use super::headlines::Output;
use super::rows::Of;
use super::tables::band;
use crate::plan::Plan;

/// Writes the table. Numbers that are differences from the first arm have no ratio.
pub fn pairs(out: &mut dyn Write, plan: &Plan, outputs: &[Output]) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(PairRow::header())?;
    let first = outputs.first().map(|output| &output.arm);
    for (place, own) in outputs.iter().enumerate() {
        let same = |other: &&Output| {
            Some(&other.arm) != first
                && other.arm != own.arm
                && (&other.key, other.of) == (&own.key, own.of)
        };
        for other in outputs[..place].iter().filter(same) {
            table.write_record(pair(plan, own, other).fields())?;
        }
    }
    Ok(table.flush()?)
}

fn pair(plan: &Plan, own: &Output, other: &Output) -> PairRow {
    let both = |of: fn(f64, f64) -> f64| {
        let values = own.values.iter().zip(&other.values);
        let values: Vec<f64> = values.map(|(own, other)| of(*own, *other)).collect();
        let is_draw = |point: &usize| plan.points[*point].block.is_draw();
        let draws = (0..values.len()).filter(is_draw);
        let sample: Vec<f64> = draws.map(|point| values[point]).collect();
        band(values[0], &sample)
    };
    PairRow {
        arm: own.arm.clone(),
        against: other.arm.clone(),
        key: own.key.clone(),
        ratio: (own.of == Of::Value).then(|| both(|own, other| own / other)),
        difference: both(|own, other| own - other),
    }
}

#[cfg(test)]
mod tests {
    use overheard_formats::{Key, read_pairs};

    use super::*;
    use crate::plan::{Block, Design, Point, Rules};

    /// Two arms that are open twentyfold and move together: their ratio is known.
    #[test]
    fn what_moves_both_arms_is_not_in_their_ratio() {
        let key = || Key::of("displaced_impressions");
        let of = |arm: &str, of, key: Key, values: [f64; 4]| Output {
            arm: arm.to_owned(),
            key,
            of,
            values: values.to_vec(),
        };
        let net = || Key::of("ad_clicks");
        let outputs = [
            of("none", Of::Value, key(), [0.0; 4]),
            of("long", Of::Value, key(), [4.0, 1.0, 20.0, f64::NAN]),
            of("long", Of::Difference, net(), [1.0, -1.0, 3.0, 9.0]),
            of("short", Of::Value, key(), [2.0, 0.5, 10.0, 1.0]),
            of("short", Of::Difference, net(), [0.5, -2.0, 2.5, 8.0]),
        ];
        let point = |block| Point {
            block,
            values: Vec::new(),
        };
        let blocks = [Block::Central, Block::Sample, Block::Sample, Block::Sample];
        let plan = Plan {
            design: Design::Lhs,
            unknowns: Vec::new(),
            points: blocks.map(point).to_vec(),
            rules: Rules::default(),
        };
        let mut bytes = Vec::new();
        pairs(&mut bytes, &plan, &outputs).unwrap();
        let rows = read_pairs(&bytes[..]).unwrap();
        let told: Vec<_> = rows
            .iter()
            .map(|row| (&*row.arm, &*row.against, row.key.measure()))
            .collect();
        let expected = ["displaced_impressions", "ad_clicks"].map(|m| ("short", "long", m));
        assert_eq!(told, expected);
        let ratio = rows[0].ratio.unwrap();
        assert_eq!((ratio.central, ratio.quantiles), (0.5, Some([0.5; 5])));
        // The draw in which one of the two is undefined does not count.
        assert_eq!((ratio.draws, rows[0].difference.draws), (2, 2));
        assert_eq!(rows[0].difference.central, -2.0);
        assert_eq!(rows[1].ratio, None);
        let open = rows[1].difference.quantiles.unwrap();
        assert!(open[0] >= -1.0 && open[4] <= -0.5, "{open:?}");
    }
}
