// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {ICouncil} from "./interfaces/ICouncil.sol";

/// @title The council of a consortium
/// @notice OpenZeppelin's timelock, whose proposers also carry out and call back. It has no admin beside itself.
contract Council is ICouncil, TimelockController {
    /// @notice Names the first members.
    /// @param delay seconds between a proposal and the act
    /// @param members accounts that propose, carry out and call back
    constructor(uint256 delay, address[] memory members) TimelockController(delay, members, members, address(0)) {
        if (members.length == 0) {
            revert CouncilWithoutMembers();
        }
        for (uint256 i = 0; i < members.length; ++i) {
            // An executor of zeros would let anybody carry out.
            if (members[i] == address(0)) {
                revert CouncilMemberIsZero();
            }
        }
    }

    /// @notice Refuses value.
    receive() external payable override {
        revert CouncilTakesNoValue();
    }
}
