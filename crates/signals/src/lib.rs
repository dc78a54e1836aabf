//! overheard-signals
