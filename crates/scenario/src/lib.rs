//! Scenarios of Overheard: from what a user typed to what has been checked.
//!
//! ```text
//! bytes ──▶ ScenarioFile::parse ──▶ ScenarioFile ──scenario(--set …)──▶ Scenario { world, arms: [Arm { values }] }
//!             every key known, every value of           every knob resolved, and
//!             the right kind and in its range           what must go together does
//! ```
//!
//! ```
//! use overheard_scenario::ScenarioFile;
//!
//! let text = b"[policy]\nstart = 2025-12-20\n[[arm]]\nname = \"rule\"\n[[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n";
//! let scenario = ScenarioFile::parse("question.toml", text)?.scenario(&["no-policy:signals.half_life_chat=7"])?;
//! assert!(scenario.base().values.flag("policy.enabled"));
//! assert_eq!(scenario.arms[1].values.number("signals.half_life_chat"), 7.0);
//! assert_eq!(scenario.world.day("policy.start"), 19);
//! # Ok::<(), overheard_scenario::ScenarioError>(())
//! ```
//!
//! `data/knobs.csv` is the one declaration of every knob; [`Registry`] holds it, and types, ranges, defaults, messages,
//! [`schema`] and the reference all come from it. Nothing here reads files, asks a clock or draws: callers hand
//! over bytes.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod adoption;
mod consistency;
mod demand;
mod derived;
mod error;
mod evidence;
mod extends;
mod file;
mod idle;
mod knob;
mod law;
mod markets;
mod misread;
mod names;
mod nearest;
mod parameters;
mod priors;
mod read;
mod reference;
mod registry;
mod scenario;
mod schema;
mod set;
mod status_quo;
mod syntax;
mod target;
mod text;
mod topics;
mod value;
mod values;
mod vocabulary;
mod write;

pub use adoption::days_since_launch;
pub use consistency::LONGEST_WINDOW;
pub use demand::{DEMAND_CSV, demand_on};
pub use error::{Fault, ScenarioError};
pub use evidence::{Mix, PublishedEffect, Set, published_effects};
pub use extends::Load;
pub use file::{MAX_ARMS, ScenarioFile};
pub use knob::{Kind, Knob, Outside, Scope};
pub use law::Law;
pub use markets::{MARKETS_CSV, MarketTable, market_column};
pub use nearest::{nearest_of, suggestion};
pub use overheard_formats::DataError;
pub use parameters::parameter_settings;
pub use priors::{Prior, priors, priors_of};
pub use reference::{knobs_markdown, knobs_table};
pub use registry::Registry;
pub use scenario::{Arm, Scenario};
pub use schema::schema;
pub use target::{NoTarget, Target};
pub use text::MAX_BYTES;
pub use topics::{TOPICS_CSV, taxonomy, topic_titles};
pub use value::{NEVER, Scalar, Value};
pub use values::Values;
pub use vocabulary::{Member, Vocabulary};
pub use write::BESIDE;
