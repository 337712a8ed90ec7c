// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICohorts} from "./interfaces/ICohorts.sol";

/// @title Which cohorts are open, and which of their members have claimed
/// @notice Holds the state of each cohort, and who has claimed as bits.
abstract contract Cohorts is ICohorts {
    uint8 private constant NEVER_GRANTED = 0;
    uint8 private constant OPEN = 1;
    uint8 private constant CLOSED = 2;

    /// @inheritdoc ICohorts
    mapping(bytes32 cohort => uint8 state) public override cohortState;

    mapping(bytes32 cohort => mapping(uint64 word => uint256 bits)) private _claimed;

    /// @inheritdoc ICohorts
    function hasClaimed(bytes32 cohort, uint64 index) external view override returns (bool) {
        return _claimed[cohort][index >> 8] & (1 << (index & 0xff)) != 0;
    }

    function _openCohort(bytes32 cohort) internal {
        if (cohortState[cohort] != NEVER_GRANTED) {
            revert CohortAlreadyGranted(cohort);
        }
        cohortState[cohort] = OPEN;
    }

    function _endCohort(bytes32 cohort) internal {
        _checkOpen(cohort);
        cohortState[cohort] = CLOSED;
    }

    /// @dev Uses up the claim of a member of an open cohort.
    function _useClaim(bytes32 cohort, uint64 index) internal {
        _checkOpen(cohort);
        uint256 bit = 1 << (index & 0xff);
        uint256 bits = _claimed[cohort][index >> 8];
        if (bits & bit != 0) {
            revert CohortAlreadyClaimed(cohort, index);
        }
        _claimed[cohort][index >> 8] = bits | bit;
    }

    function _checkOpen(bytes32 cohort) private view {
        if (cohortState[cohort] != OPEN) {
            revert CohortNotOpen(cohort);
        }
    }
}
