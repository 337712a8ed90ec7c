// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessGrants} from "../interfaces/IAccessGrants.sol";
import {IIntentNonces} from "../interfaces/IIntentNonces.sol";
import {ISignedIntents} from "../interfaces/ISignedIntents.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {Fixture} from "./Fixture.sol";

contract AccessGrantsRevokeTest is Fixture {
    function setUp() public override {
        super.setUp();
        _register(DIGEST);
        _issue(GRANT, 0);
    }

    function testFuzz_a_grant_is_revoked_for_ever(uint64 time) public {
        vm.warp(_bound(time, START, START + 3649 days));
        vm.expectEmit(address(_grants));
        emit IAccessGrants.GrantRevoked(GRANT, uint64(block.timestamp));
        _revoke();
        _checkRevoked();
        vm.expectRevert(abi.encodeWithSelector(IAccessGrants.GrantAlreadyRevoked.selector, GRANT));
        _revoke();
        _checkAllEventsCounted(_grants);
    }

    function testFuzz_a_signed_revocation_is_that_of_its_registrar(uint256 nonce, address sender) public {
        bytes memory signature = _signFor(_grants, REGISTRAR_KEY, _revokeHash(GRANT, REGISTRAR, nonce, START));
        vm.expectEmit(address(_grants));
        emit IAccessGrants.GrantRevoked(GRANT, START);
        vm.prank(sender);
        _grants.revokeBySignature(GRANT, REGISTRAR, nonce, START, signature);
        _checkRevoked();
        vm.expectRevert(abi.encodeWithSelector(IIntentNonces.NonceAlreadyUsed.selector, REGISTRAR, nonce));
        _grants.revokeBySignature(GRANT, REGISTRAR, nonce, START, signature);
        _checkAllEventsCounted(_grants);
    }

    function test_a_signed_revocation_counts_in_its_time_and_with_its_signature() public {
        bytes memory late = _signFor(_grants, REGISTRAR_KEY, _revokeHash(GRANT, REGISTRAR, 0, START - 1));
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.IntentExpired.selector, START - 1, START));
        _grants.revokeBySignature(GRANT, REGISTRAR, 0, START - 1, late);
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, REGISTRAR));
        _grants.revokeBySignature(GRANT, REGISTRAR, 0, START, late);
    }

    function test_another_registrar_of_the_steward_revokes() public {
        vm.prank(ADMIN);
        _stewards.addRegistrar(STEWARD, STRANGER, START, START + 1);
        vm.prank(STRANGER);
        _grants.revoke(GRANT);
        _checkRevoked();
    }

    function test_a_grant_of_a_withdrawn_resource_is_revoked() public {
        vm.prank(REGISTRAR);
        _resources.withdraw(DIGEST, STEWARD, 2);
        _revoke();
        _checkRevoked();
    }

    function test_a_suspended_steward_still_revokes() public {
        vm.prank(ADMIN);
        _stewards.suspend(STEWARD);
        _revoke();
        _checkRevoked();
    }

    function test_a_grant_whose_seat_was_given_on_is_revoked_without_harm_to_the_next() public {
        vm.warp(START + LOAN);
        bytes32 next = keccak256("next grant");
        _issue(next, 0);
        _revoke();
        vm.assertTrue(_grants.isLive(next), "live");
        vm.assertEq(_grants.seatHolder(DIGEST, STEWARD, 0), next, "seat holder");
    }

    function testFuzz_who_is_no_registrar_of_the_steward_revokes_nothing(address caller) public {
        vm.assume(caller != REGISTRAR);
        _checkRefused(caller);
        _checkRefused(OTHER_REGISTRAR);
    }

    function test_a_closed_registrar_revokes_nothing() public {
        vm.prank(ADMIN);
        _stewards.closeRegistrar(REGISTRAR, START);
        _checkRefused(REGISTRAR);
        bytes memory signature = _signFor(_grants, REGISTRAR_KEY, _revokeHash(GRANT, REGISTRAR, 0, START));
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, REGISTRAR));
        _grants.revokeBySignature(GRANT, REGISTRAR, 0, START, signature);
    }

    function testFuzz_a_grant_that_was_never_issued_is_not_found(bytes32 grant) public {
        vm.assume(grant != GRANT);
        vm.expectRevert(abi.encodeWithSelector(IAccessGrants.GrantNotFound.selector, grant));
        vm.prank(REGISTRAR);
        _grants.revoke(grant);
    }

    function _revoke() private {
        vm.prank(REGISTRAR);
        _grants.revoke(GRANT);
    }

    function _checkRefused(address caller) private {
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, caller));
        vm.prank(caller);
        _grants.revoke(GRANT);
    }

    function _checkRevoked() private view {
        IAccessGrants.GrantState memory kept = _grants.grantOf(GRANT);
        vm.assertEq(kept.state, 2, "state");
        vm.assertEq(kept.revokedAt, block.timestamp, "revoked at");
        vm.assertEq(kept.from, START, "from");
        vm.assertEq(kept.until, START + LOAN, "until");
        vm.assertEq(kept.grantee, GRANTEE, "grantee");
        vm.assertFalse(_grants.isLive(GRANT), "live");
    }
}
