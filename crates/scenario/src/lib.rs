//! overheard-scenario
