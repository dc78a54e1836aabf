//! What a thousand impressions cost, and how that changes between arms.

use overheard_charts::{Category, Chart, Unit};
use overheard_formats::{Column, Key};

use super::arms::{Group, fitting, grouped};
use super::dots::{Dots, Values};
use super::parts::{Skipped, titled};
use crate::names::readable;
use crate::run::Run;

/// Dots below each other that are still told apart; with more arms, each gets a plot of its own.
const MOST_DOTS: usize = 3;

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let price = Key::of("price_per_mille_usd");
    let markets: Vec<String> = run
        .outcomes
        .along(run.base(), &price, Column::Market)
        .into_iter()
        .map(|(market, _)| market)
        .collect();
    let at = |arm: &str, market: &str| {
        let cut = price.clone().with(Column::Market, market.to_owned());
        run.differences.at(arm, &cut)
    };
    let arms = run
        .policy_arms()
        .iter()
        .map(|arm| {
            let change = |m: &String| Some(at(arm, m)?.percent()?.plotted(1.0));
            (arm.clone(), markets.iter().map(change).collect::<Values>())
        })
        .filter(|(_, values)| values.iter().any(Option::is_some));
    let groups = grouped(arms, |a, b| a == b);
    if groups.is_empty() {
        return Err(Skipped("no difference in prices by market"));
    }
    let together = groups.len() <= MOST_DOTS;
    let categories: Vec<Category> = markets
        .iter()
        .map(|m| {
            let base = run.policy_arms().iter().find_map(|arm| at(arm, m));
            let base = base.filter(|_| together);
            Category {
                note: base.map(|d| format!("base {}", Unit::Usd.format(d.base))),
                ..Category::from(readable(m))
            }
        })
        .collect();
    Ok(fitting(&groups, |drawn| {
        panels(run, &categories, drawn, together)
    }))
}

fn panels(run: &Run, markets: &[Category], groups: &[Group<Values>], together: bool) -> Chart {
    let subtitle = format!(
        "Difference in price per thousand impressions from arm “{}”, with 95\u{a0}% intervals conditional on the market path. \
         Holds under market.response = {}, which is an assumption.",
        run.base(),
        run.manifest.market_response
    );
    let mut chart = titled(run, "Ad prices against the base, by market", subtitle);
    let dots = Dots {
        categories: markets.to_vec(),
        unit: Unit::Percent,
        titles: [
            "difference in price per thousand impressions [% of base]",
            "difference [% of base]",
        ],
    };
    dots.draw(&mut chart, groups, together);
    chart
}
