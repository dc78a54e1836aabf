//! A plan as text, to the last bit: what a part of a sweep keeps beside its points, so that whoever merges knows what was asked.
//!
//! ```text
//! design,lhs
//! rules,relevel,calibrated                those that hold, if any
//! unknown,signals.chat_weight,1,,6        name, least, most plausible and largest value
//! fixed,ads.alpha                         what the scenario sets itself, if anything
//! point,ab,0,2.5                          block, the unknown that it is about, values
//! ```

use overheard_scenario::{Law, Target};

use super::design::{Block, Design, Plan, Point};
use super::rules::{Keep, Rules};
use super::unknown::Unknown;

const DESIGNS: [Design; 4] = [
    Design::Lhs,
    Design::Saltelli,
    Design::File,
    Design::Posterior,
];

/// The name of the rule that levels are met again.
const RELEVEL: &str = "relevel";

impl Plan {
    /// As text.
    pub fn encode(&self) -> Vec<u8> {
        let mut table = csv::WriterBuilder::new()
            .flexible(true)
            .from_writer(Vec::new());
        // Writing to memory does not fail.
        let mut write = |record: Vec<String>| drop(table.write_record(record));
        let exact = |x: Option<f64>| x.map_or_else(String::new, |x| format!("{x:?}"));
        write(vec!["design".to_owned(), self.design.name().to_owned()]);
        let relevel = self.rules.relevel.then_some(RELEVEL);
        let rules = ["rules"].into_iter().chain(relevel);
        let rules = rules.chain(self.rules.keep.names());
        write(rules.map(str::to_owned).collect());
        for unknown in &self.unknowns {
            let Law { low, mode, high } = unknown.law;
            let law = [Some(low), mode, Some(high)].map(exact);
            let head = ["unknown".to_owned(), unknown.target.to_string()];
            write(head.into_iter().chain(law).collect());
        }
        let fixed = self.fixed.iter().cloned();
        write(["fixed".to_owned()].into_iter().chain(fixed).collect());
        for point in &self.points {
            let of = point.block.of().map_or_else(String::new, |i| i.to_string());
            let head = ["point".to_owned(), point.block.name().to_owned(), of];
            let values = point.values.iter().map(|x| exact(*x));
            write(head.into_iter().chain(values).collect());
        }
        table.into_inner().unwrap_or_default()
    }

    /// From [`Plan::encode`]; nothing of anything else. `arms` are those of the scenario.
    pub fn decode(bytes: &[u8], arms: &[String]) -> Option<Self> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let mut records = reader.records();
        let first = records.next()?.ok()?;
        let named = |design: &Design| Some(design.name()) == first.get(1);
        let mut plan = Plan {
            design: DESIGNS.into_iter().find(named)?,
            unknowns: Vec::new(),
            fixed: Vec::new(),
            points: Vec::new(),
            rules: Rules::default(),
        };
        for record in records {
            let record = record.ok()?;
            let number = |place: usize| match record.get(place)? {
                "" => Some(None),
                text => text.parse::<f64>().ok().map(Some),
            };
            match record.get(0)? {
                "rules" => {
                    let names = || record.iter().skip(1);
                    plan.rules = Rules {
                        relevel: names().any(|name| name == RELEVEL),
                        keep: Keep::named(names().filter(|name| *name != RELEVEL)).ok()?,
                    };
                }
                "unknown" => plan.unknowns.push(Unknown {
                    target: Target::parse(record.get(1)?, arms).ok()?,
                    law: Law {
                        low: number(2)??,
                        mode: number(3)?,
                        high: number(4)??,
                    },
                }),
                "fixed" => plan.fixed.extend(record.iter().skip(1).map(str::to_owned)),
                "point" => plan.points.push(Point {
                    block: block(record.get(1)?, record.get(2)?)?,
                    values: (3..record.len()).map(number).collect::<Option<_>>()?,
                }),
                _ => return None,
            }
        }
        let whole = |point: &Point| {
            let known = point.block.of().is_none_or(|i| i < plan.unknowns.len());
            known && point.values.len() == plan.unknowns.len()
        };
        (!plan.points.is_empty() && plan.points.iter().all(whole)).then_some(plan)
    }
}

/// A block by its name and the unknown that it is about.
fn block(name: &str, of: &str) -> Option<Block> {
    let plain = [Block::Central, Block::Sample, Block::A, Block::B];
    if let Some(block) = plain.into_iter().find(|block| block.name() == name) {
        return of.is_empty().then_some(block);
    }
    let of = of.parse().ok()?;
    let about = [Block::Ab(of), Block::Low(of), Block::High(of)];
    about.into_iter().find(|block| block.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::typed;

    #[test]
    fn a_plan_is_read_as_it_is_written() {
        let arms = ["policy".to_owned()];
        let texts = [
            "signals.chat_weight",
            "policy:ads.alpha=1.4..3.3",
            "notices.max_showings=1..9",
        ];
        let unknowns = || texts.map(|text| typed(text, &arms).unwrap()).to_vec();
        let values = vec![vec![Some(0.1 + 0.2), None, Some(3.0)]];
        for plan in [
            Plan::drawn(Design::Lhs, unknowns(), 5, 3).one_at_a_time(),
            Plan::drawn(Design::Saltelli, unknowns(), 2, 3),
            Plan::given(unknowns(), values),
            Plan::given(Vec::new(), Vec::new()),
            Plan::given(unknowns(), Vec::new()).under(Rules {
                relevel: true,
                keep: Keep::named(["evidence"]).unwrap(),
            }),
        ] {
            assert_eq!(Plan::decode(&plan.encode(), &arms), Some(plan));
        }
    }

    #[test]
    fn what_is_no_plan_is_none() {
        let knob = "unknown,ads.alpha,1.0,,2.0\n";
        for text in [
            "",
            "point,central,\n",
            "design,sobol\npoint,central,\n",
            "design,lhs\nrules,kept\npoint,central,\n",
            "design,lhs\n",
            &format!("design,lhs\n{knob}point,central,\n"),
            &format!("design,lhs\n{knob}point,low,1,1.0\n"),
            &format!("design,lhs\n{knob}point,low,,1.0\n"),
            &format!("design,lhs\n{knob}point,central,,x\n"),
            "design,lhs\nunknown,ads.alhpa,1.0,,2.0\npoint,central,,\n",
        ] {
            assert_eq!(Plan::decode(text.as_bytes(), &[]), None, "{text}");
        }
    }
}
