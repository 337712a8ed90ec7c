// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {EventAccumulator} from "./EventAccumulator.sol";

/// @title A contract with an admin, whose changes are folded into its events
/// @notice The admin changes in two steps and after a delay, so that a multisig or a timelock can hold it and a mistake
/// can be called back.
abstract contract Administered is AccessControlDefaultAdminRules, EventAccumulator {
    /// @notice Names the first admin.
    /// @param adminDelay seconds that a change of the default admin takes at least
    /// @param admin the first default admin
    constructor(uint48 adminDelay, address admin) AccessControlDefaultAdminRules(adminDelay, admin) {}

    /// @notice Gives a role, and counts the event.
    function _grantRole(bytes32 role, address account) internal override returns (bool changed) {
        changed = super._grantRole(role, account);
        if (changed) {
            _accumulate(abi.encode(RoleGranted.selector, role, account, _msgSender()));
        }
    }

    /// @notice Takes a role, and counts the event.
    function _revokeRole(bytes32 role, address account) internal override returns (bool changed) {
        changed = super._revokeRole(role, account);
        if (changed) {
            _accumulate(abi.encode(RoleRevoked.selector, role, account, _msgSender()));
        }
    }
}
