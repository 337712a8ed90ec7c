// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Symbolic} from "./Symbolic.sol";

/// @dev Any agent of any steward, before and after any call.
contract StewardChecks is Symbolic {
    /// @dev Invariant 5: the zero address never comes to a role.
    function check_the_zero_address_gets_no_role(bytes32 steward, address account) public {
        vm.assume(_stewards.liveRole(steward, address(0)) == NONE);
        (bytes32 none, , , ) = _stewards.agent(address(0));
        vm.assume(none == 0);
        vm.assume(_call(account, address(_stewards), _anyChange("StewardRegistry")));
        assert(_stewards.liveRole(steward, address(0)) == NONE);
        (none, , , ) = _stewards.agent(address(0));
        assert(none == 0);
    }

    /// @dev Invariant 4: only the admin changes who is accredited and who acts for whom.
    function check_only_the_admin_changes_agents_and_stewards(bytes32 steward, address agent, address account) public {
        vm.assume(!_stewards.hasRole(0, account));
        bool accredited = _stewards.isAccredited(steward);
        bytes32 before = _agent(agent);
        vm.assume(_call(account, address(_stewards), _anyChange("StewardRegistry")));
        assert(_stewards.isAccredited(steward) == accredited);
        assert(_agent(agent) == before);
    }

    /// @dev Invariant 1: whose agent an account is stays; its window only ever ends earlier.
    function check_an_agent_stays_its_stewards(address agent, address account) public {
        (bytes32 steward, uint8 role, uint64 from, uint64 until) = _stewards.agent(agent);
        vm.assume(steward != 0);
        vm.assume(_call(account, address(_stewards), _anyChange("StewardRegistry")));
        (bytes32 laterSteward, uint8 laterRole, uint64 laterFrom, uint64 laterUntil) = _stewards.agent(agent);
        assert(laterSteward == steward && laterRole == role && laterFrom == from && laterUntil <= until);
    }

    function _agent(address account) private view returns (bytes32) {
        (bytes32 steward, uint8 role, uint64 from, uint64 until) = _stewards.agent(account);
        return keccak256(abi.encode(steward, role, from, until));
    }
}
