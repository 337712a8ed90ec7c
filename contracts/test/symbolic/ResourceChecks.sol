// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IResourceRegistry} from "../../interfaces/IResourceRegistry.sol";
import {Symbolic} from "./Symbolic.sol";

/// @dev Any registration, before and after a call of any account.
contract ResourceChecks is Symbolic {
    uint8 private constant TRANSLATION = 3;

    /// @dev Invariant 1: once written, fixed. A second registration is refused; the other calls leave what was written.
    function check_a_registration_is_made_once(IResourceRegistry.Registration memory stated, address account) public {
        vm.assume(_resources.registration(stated.digest, stated.steward).state != NONE);
        assert(!_call(account, address(_resources), abi.encodeCall(_resources.register, (stated))));
    }

    function check_a_withdrawal_keeps_the_claim(bytes32 digest, bytes32 steward, uint8 reason, address account) public {
        IResourceRegistry.RegistrationState memory before = _resources.registration(digest, steward);
        bytes memory data = abi.encodeCall(_resources.withdraw, (digest, steward, reason));
        vm.assume(_call(account, address(_resources), data));
        IResourceRegistry.RegistrationState memory later = _resources.registration(digest, steward);
        _checkClaimKept(before, later);
        assert(before.state != NONE && before.state != WITHDRAWN && later.state == WITHDRAWN);
        assert(later.successor == before.successor && later.original == before.original);
    }

    function check_a_supersession_keeps_the_claim(
        bytes32 digest,
        bytes32 steward,
        bytes32 successor,
        uint8 relation,
        address account
    ) public {
        IResourceRegistry.RegistrationState memory before = _resources.registration(digest, steward);
        bytes memory data = abi.encodeCall(_resources.supersede, (digest, steward, successor, relation));
        vm.assume(_call(account, address(_resources), data));
        IResourceRegistry.RegistrationState memory later = _resources.registration(digest, steward);
        _checkClaimKept(before, later);
        assert(before.state != NONE && before.state != WITHDRAWN && later.original == before.original);
        if (relation == TRANSLATION) {
            assert(later.successor == before.successor && later.state == before.state);
        } else {
            assert(before.successor == 0 && later.successor == successor);
        }
    }

    function check_a_take_back_keeps_the_claim(
        bytes32 digest,
        bytes32 steward,
        bytes32 other,
        uint8 relation,
        address account
    ) public {
        IResourceRegistry.RegistrationState memory before = _resources.registration(digest, steward);
        uint8 link = _resources.linkState(digest, steward, other, relation);
        bytes memory data = abi.encodeCall(_resources.takeBack, (digest, steward, other, relation));
        vm.assume(_call(account, address(_resources), data));
        IResourceRegistry.RegistrationState memory later = _resources.registration(digest, steward);
        _checkClaimKept(before, later);
        assert(before.state != NONE && before.state != WITHDRAWN && later.state != WITHDRAWN && later.state != NONE);
        assert(link == 1 && _resources.linkState(digest, steward, other, relation) == 2);
    }

    /// @dev Invariants 3 and 4: who is no live registrar of the steward does nothing in its name, whoever else's
    /// registrar that account is.
    function check_only_a_live_registrar_registers(
        IResourceRegistry.Registration memory stated,
        address account
    ) public {
        vm.assume(_stewards.liveRole(stated.steward, account) != REGISTRAR);
        assert(!_call(account, address(_resources), abi.encodeCall(_resources.register, (stated))));
    }

    function check_only_a_live_registrar_changes(
        bytes32 digest,
        bytes32 steward,
        bytes32 other,
        uint8 code,
        address account
    ) public {
        vm.assume(_stewards.liveRole(steward, account) != REGISTRAR);
        address callee = address(_resources);
        assert(!_call(account, callee, abi.encodeCall(_resources.supersede, (digest, steward, other, code))));
        assert(!_call(account, callee, abi.encodeCall(_resources.declareRendition, (digest, steward, other))));
        assert(!_call(account, callee, abi.encodeCall(_resources.takeBack, (digest, steward, other, code))));
        assert(!_call(account, callee, abi.encodeCall(_resources.withdraw, (digest, steward, code))));
    }

    /// @dev Invariant 3: what is done in the name of one steward leaves the claim of another.
    function check_a_claim_of_another_steward_stays(
        IResourceRegistry.Registration memory stated,
        bytes32 digest,
        bytes32 steward,
        address account
    ) public {
        vm.assume(stated.steward != steward);
        IResourceRegistry.RegistrationState memory before = _resources.registration(digest, steward);
        vm.assume(_call(account, address(_resources), abi.encodeCall(_resources.register, (stated))));
        IResourceRegistry.RegistrationState memory later = _resources.registration(digest, steward);
        _checkClaimKept(before, later);
        assert(later.state == before.state);
    }

    /// @dev Invariant 5: a new claim is its registrar's, who is not the zero address if that holds no role
    /// (`StewardChecks`), in the name of an accredited steward.
    function check_a_claim_has_a_steward_and_a_registrar(
        IResourceRegistry.Registration memory stated,
        address account
    ) public {
        vm.assume(_stewards.liveRole(stated.steward, address(0)) == NONE);
        vm.assume(_call(account, address(_resources), abi.encodeCall(_resources.register, (stated))));
        assert(stated.digest != 0 && account != address(0));
        assert(_stewards.isAccredited(stated.steward));
        assert(_stewards.liveRole(stated.steward, account) == REGISTRAR);
        IResourceRegistry.RegistrationState memory later = _resources.registration(stated.digest, stated.steward);
        assert(later.registrar == account && later.registeredAt == block.timestamp);
        assert(later.licenseNumber == _licenses.numberOf(stated.license));
    }

    function _checkClaimKept(
        IResourceRegistry.RegistrationState memory before,
        IResourceRegistry.RegistrationState memory later
    ) private pure {
        assert(later.registrar == before.registrar);
        assert(later.registeredAt == before.registeredAt);
        assert(later.licenseNumber == before.licenseNumber);
    }
}
