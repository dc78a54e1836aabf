//! overheard-engine
