// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Which cohorts are open, and which of their members have claimed
/// @notice A cohort is named by an id that is over its terms. It is opened once and closed for ever.
interface ICohorts {
    /// @notice The cohort was granted before.
    error CohortAlreadyGranted(bytes32 cohort);

    /// @notice The cohort was never granted, or it is over or closed.
    error CohortNotOpen(bytes32 cohort);

    /// @notice The member has claimed before.
    error CohortAlreadyClaimed(bytes32 cohort, uint64 index);

    /// @notice Whether members can claim from the cohort of this id: 0 never granted, 1 open unless its time is over,
    /// 2 closed.
    function cohortState(bytes32 cohort) external view returns (uint8);

    /// @notice Whether the member of this index has claimed.
    function hasClaimed(bytes32 cohort, uint64 index) external view returns (bool);
}
