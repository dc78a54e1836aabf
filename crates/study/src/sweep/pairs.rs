//! `pairs.csv`: the headlines of each arm beside those of the arms before it, draw by draw.
//!
//! What moves two arms alike, as the weight of a chat does, moves their ratio little: of two policies it is often known how one
//! changes the other where neither is known itself. An arm in which no ad goes back to a chat is nothing to hold a policy against:
//! how arms differ from the first is in `bands.csv`.

use overheard_formats::PairRow;

use super::headlines::Output;
use super::rows::{HEADLINES, Of, headline_key};
use super::tables::band;
use crate::plan::Plan;

/// The rows: each arm beside each before it in which ads go back to chats. Numbers that are differences from the first arm have no
/// ratio, and there are none of the first arm.
pub fn pairs(plan: &Plan, outputs: &[Output]) -> Vec<PairRow> {
    let chat_ads = headline_key(HEADLINES[0]);
    let hears = |arm: &str| {
        let mut own = outputs.iter();
        let ads = own.find(|output| output.arm == arm && output.key == chat_ads);
        ads.is_some_and(|ads| ads.values.iter().any(|x| x.is_finite() && *x != 0.0))
    };
    let mut rows = Vec::new();
    for (place, own) in outputs.iter().enumerate() {
        let others = outputs[..place]
            .iter()
            .filter(|other| (&other.key, other.of) == (&own.key, own.of) && hears(&other.arm));
        rows.extend(others.map(|other| pair(plan, own, other)));
    }
    rows
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
    use overheard_formats::{Column, Key, read_pairs};

    use super::*;
    use crate::plan::{Block, Design, Point, Rules};
    use crate::sweep::tables::write;

    /// Two arms that are open twentyfold and move together: their ratio is known.
    #[test]
    fn what_moves_both_arms_is_not_in_their_ratio() {
        let key = || Key::of("ad_impressions").with(Column::Source, "chat");
        let of = |arm: &str, of, key: Key, values: [f64; 5]| Output {
            arm: arm.to_owned(),
            key,
            of,
            values: values.to_vec(),
        };
        let net = || Key::of("ad_clicks");
        let outputs = [
            of("none", Of::Value, key(), [0.0; 5]),
            of("long", Of::Value, key(), [4.0, 1.0, 20.0, f64::NAN, 0.0]),
            of("long", Of::Difference, net(), [1.0, -1.0, 3.0, 9.0, 0.0]),
            of("short", Of::Value, key(), [2.0, 0.5, 10.0, 1.0, 1.0]),
            of("short", Of::Difference, net(), [0.5, -2.0, 2.5, 8.0, 0.0]),
        ];
        let point = |block| Point {
            block,
            values: Vec::new(),
        };
        let sample = Block::Sample;
        let blocks = [Block::Central, sample, sample, sample, sample];
        let plan = Plan {
            design: Design::Lhs,
            unknowns: Vec::new(),
            fixed: Vec::new(),
            points: blocks.map(point).to_vec(),
            rules: Rules::default(),
        };
        let mut bytes = Vec::new();
        let rows = pairs(&plan, &outputs);
        write(
            &mut bytes,
            PairRow::header(),
            rows.iter().map(PairRow::fields),
        )
        .unwrap();
        let rows = read_pairs(&bytes[..]).unwrap();
        let told: Vec<_> = rows
            .iter()
            .map(|row| (&*row.arm, &*row.against, row.key.measure()))
            .collect();
        let expected = ["ad_impressions", "ad_clicks"].map(|m| ("short", "long", m));
        assert_eq!(told, expected);
        let ratio = rows[0].ratio.unwrap();
        assert_eq!((ratio.central, ratio.quantiles), (0.5, Some([0.5; 5])));
        // A draw in which one of the two is undefined does not count, nor, of the ratio, one in which the other is 0.
        assert_eq!((ratio.draws, rows[0].difference.draws), (2, 3));
        assert_eq!(rows[0].difference.central, -2.0);
        assert_eq!(rows[1].ratio, None);
        let open = rows[1].difference.quantiles.unwrap();
        assert!(open[0] >= -1.0 && open[4] <= 0.0, "{open:?}");
    }
}
