//! What a thousand impressions cost, and how that changes between arms.

use overheard_charts::{Category, Chart, Panel, Plot, Rows, Series, Shape, Unit, palette};

use super::{Skipped, titled};
use crate::names::readable;
use crate::run::Run;
use crate::table::{Cut, Dimension};

pub(super) fn chart(run: &Run) -> Result<Chart, Skipped> {
    let price = Cut::of("price_per_mille_usd");
    let markets: Vec<String> = run
        .outcomes
        .along(run.base(), &price, Dimension::Market)
        .into_iter()
        .map(|(market, _)| market)
        .collect();
    let at = |arm: &str, market: &str| {
        let cut = price.clone().with(Dimension::Market, market);
        run.differences.at(arm, &cut)
    };
    let series: Vec<Series> = run
        .policy_arms()
        .iter()
        .enumerate()
        .map(|(i, arm)| {
            let values = markets
                .iter()
                .map(|m| Some(at(arm, m)?.percent()?.plotted(1.0)))
                .collect();
            Series::solid(format!("arm “{arm}”"), palette::series(i), values)
        })
        .filter(|s| s.values.iter().any(Option::is_some))
        .collect();
    if series.is_empty() {
        return Err(Skipped("no difference in prices by market"));
    }
    let categories = markets
        .iter()
        .map(|m| {
            let base = run.policy_arms().iter().find_map(|arm| at(arm, m));
            Category {
                note: base.map(|d| format!("base {}", Unit::Usd.format(d.base))),
                ..Category::from(readable(m))
            }
        })
        .collect();
    let subtitle = format!(
        "Difference in price per thousand impressions from arm “{}”, with 95\u{a0}% intervals conditional on the market path. \
         Holds under market.response = {}, which is an assumption.",
        run.base(),
        run.manifest.market_response
    );
    let mut chart = titled(run, "Ad prices against the base, by market", subtitle);
    chart.panels.push(Panel::of(Plot::Rows(Rows {
        categories,
        x_title: "difference in price per thousand impressions [% of base]".into(),
        unit: Unit::Percent,
        shape: Shape::Dots,
        signed: true,
        series,
        ..Rows::default()
    })));
    Ok(chart)
}
