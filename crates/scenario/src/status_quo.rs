//! The month as if nobody had announced anything: what budgets were set by.

use crate::registry::Registry;
use crate::scenario::{Arm, Scenario};
use crate::value::{Scalar, Value};

impl Scenario {
    /// The first arm as it would be without a policy; `None` if it has none. Every arm's market is held against this one, so
    /// that an arm's own outcomes do not depend on which arm comes first.
    pub fn status_quo(&self) -> Option<Arm> {
        let base = self.base();
        if !base.values.flag("policy.enabled") {
            return None;
        }
        let mut values = base.values.clone();
        let without = [
            ("policy.enabled", Scalar::Flag(false)),
            ("policy.treated_share", Scalar::Number(1.0)),
        ];
        for (key, value) in without {
            if let Some(place) = Registry::get().place(key) {
                values.list[place] = Value::One(value);
            }
        }
        Some(Arm {
            name: "status quo".to_owned(),
            description: String::new(),
            values,
            imitates: Vec::new(),
        })
    }
}
