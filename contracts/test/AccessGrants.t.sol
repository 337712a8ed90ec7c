// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessGrants} from "../interfaces/IAccessGrants.sol";
import {IIntentNonces} from "../interfaces/IIntentNonces.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {ISignedIntents} from "../interfaces/ISignedIntents.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {Fixture} from "./Fixture.sol";

/// @dev What a grant is, who may issue it, and its seat.
contract AccessGrantsTest is Fixture {
    bytes32 private constant SECOND = keccak256("second grant");
    bytes32 private constant THIRD = keccak256("third grant");

    function setUp() public override {
        super.setUp();
        _register(DIGEST);
    }

    function testFuzz_a_live_registrar_issues_a_grant(
        bytes32 grant,
        bytes32 grantee,
        uint16 scopes,
        uint64 loan,
        uint32 seat
    ) public {
        vm.assume(grant != 0 && grantee != 0 && scopes != 0);
        IAccessGrants.Grant memory stated = _statedGrant(grant, uint32(_bound(seat, 0, SEATS - 1)));
        stated.grantee = grantee;
        stated.scopes = scopes;
        stated.until = START + uint64(_bound(loan, 1, LOAN));
        _expectIssued(stated);
        vm.prank(REGISTRAR);
        _grants.issue(stated);
        _checkKept(stated);
        vm.assertEq(_grants.seatHolder(DIGEST, STEWARD, stated.seat), grant, "seat holder");
        _checkAllEventsCounted(_grants);
    }

    function testFuzz_a_signed_grant_is_that_of_its_registrar(uint256 nonce, address sender) public {
        IAccessGrants.Grant memory stated = _statedGrant(GRANT, 1);
        bytes memory signature = _signFor(_grants, REGISTRAR_KEY, _issueHash(stated, REGISTRAR, nonce, START));
        _expectIssued(stated);
        vm.prank(sender);
        _grants.issueBySignature(stated, REGISTRAR, nonce, START, signature);
        _checkKept(stated);
        vm.assertEq(_grants.nonceBitmap(REGISTRAR, nonce >> 8), 1 << (nonce % 256), "nonce");
        _checkAllEventsCounted(_grants);
    }

    function test_a_signed_grant_counts_once_in_its_time_and_with_its_signature() public {
        IAccessGrants.Grant memory stated = _statedGrant(GRANT, 1);
        bytes memory late = _signFor(_grants, REGISTRAR_KEY, _issueHash(stated, REGISTRAR, 0, START - 1));
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.IntentExpired.selector, START - 1, START));
        _grants.issueBySignature(stated, REGISTRAR, 0, START - 1, late);
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, REGISTRAR));
        _grants.issueBySignature(stated, REGISTRAR, 0, START, late);
        bytes memory good = _signFor(_grants, REGISTRAR_KEY, _issueHash(stated, REGISTRAR, 0, START));
        _grants.issueBySignature(stated, REGISTRAR, 0, START, good);
        vm.expectRevert(abi.encodeWithSelector(IIntentNonces.NonceAlreadyUsed.selector, REGISTRAR, 0));
        _grants.issueBySignature(stated, REGISTRAR, 0, START, good);
    }

    function test_a_grant_is_live_from_its_block_until_its_end() public {
        vm.assertFalse(_grants.isLive(GRANT), "before");
        _issue(GRANT, 0);
        vm.assertTrue(_grants.isLive(GRANT), "in its block");
        vm.warp(START + LOAN - 1);
        vm.assertTrue(_grants.isLive(GRANT), "in its last second");
        vm.warp(START + LOAN);
        vm.assertFalse(_grants.isLive(GRANT), "at its end");
    }

    function test_a_grant_of_a_withdrawn_resource_is_not_live() public {
        _issue(GRANT, 0);
        vm.prank(REGISTRAR);
        _resources.withdraw(DIGEST, STEWARD, 2);
        vm.assertFalse(_grants.isLive(GRANT), "withdrawn");
    }

    function test_a_grant_of_a_superseded_resource_is_live() public {
        _issue(GRANT, 0);
        bytes32 successor = keccak256("second edition");
        _register(successor);
        vm.prank(REGISTRAR);
        _resources.supersede(DIGEST, STEWARD, successor);
        vm.assertTrue(_grants.isLive(GRANT), "superseded");
        _issue(SECOND, 1);
        vm.assertTrue(_grants.isLive(SECOND), "issued since");
    }

    function testFuzz_a_grant_that_was_never_issued_is_not_live(bytes32 grant) public view {
        vm.assertFalse(_grants.isLive(grant), "live");
        vm.assertEq(_grants.grantOf(grant).state, 0, "state");
    }

    // What is refused

    function test_the_id_zero_is_refused() public {
        _checkRefused(_statedGrant(0, 0), abi.encodeWithSelector(IAccessGrants.GrantIsZero.selector));
    }

    function test_the_grantee_zero_is_refused() public {
        IAccessGrants.Grant memory stated = _statedGrant(GRANT, 0);
        stated.grantee = 0;
        _checkRefused(stated, abi.encodeWithSelector(IAccessGrants.GranteeIsZero.selector));
    }

    function test_a_grant_without_scopes_is_refused() public {
        IAccessGrants.Grant memory stated = _statedGrant(GRANT, 0);
        stated.scopes = 0;
        _checkRefused(stated, abi.encodeWithSelector(IAccessGrants.GrantWithoutScopes.selector));
    }

    function test_an_id_is_used_once_even_after_its_end() public {
        bytes memory refusal = abi.encodeWithSelector(IAccessGrants.GrantAlreadyIssued.selector, GRANT);
        _issue(GRANT, 0);
        _checkRefused(_statedGrant(GRANT, 1), refusal);
        vm.warp(START + LOAN);
        _checkRefused(_statedGrant(GRANT, 0), refusal);
        vm.prank(REGISTRAR);
        _grants.revoke(GRANT);
        _checkRefused(_statedGrant(GRANT, 0), refusal);
    }

    function testFuzz_a_grant_that_ends_in_the_past_is_refused(uint64 until) public {
        IAccessGrants.Grant memory stated = _statedGrant(GRANT, 0);
        stated.until = uint64(_bound(until, 0, START));
        _checkRefused(stated, abi.encodeWithSelector(IAccessGrants.GrantEndsInPast.selector, stated.until, START));
    }

    function test_a_grant_that_would_end_at_once_is_refused() public {
        testFuzz_a_grant_that_ends_in_the_past_is_refused(START);
    }

    function test_a_loan_a_second_longer_than_the_license_allows_is_refused() public {
        testFuzz_a_loan_longer_than_the_license_allows_is_refused(START + LOAN + 1);
    }

    function testFuzz_a_loan_longer_than_the_license_allows_is_refused(uint64 until) public {
        IAccessGrants.Grant memory stated = _statedGrant(GRANT, 0);
        stated.until = uint64(_bound(until, START + LOAN + 1, type(uint64).max));
        _checkRefused(stated, abi.encodeWithSelector(IAccessGrants.LoanTooLong.selector, stated.until, START + LOAN));
    }

    function testFuzz_who_is_no_registrar_issues_nothing(address caller) public {
        vm.assume(caller != REGISTRAR);
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, caller));
        vm.prank(caller);
        _grants.issue(_statedGrant(GRANT, 0));
    }

    function test_a_suspended_steward_issues_nothing() public {
        vm.prank(ADMIN);
        _stewards.suspend(STEWARD);
        _checkRefused(
            _statedGrant(GRANT, 0),
            abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, STEWARD)
        );
    }

    function test_a_registrar_grants_nothing_of_another_steward() public {
        IAccessGrants.Grant memory stated = _statedGrant(GRANT, 0);
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, OTHER_REGISTRAR));
        vm.prank(OTHER_REGISTRAR);
        _grants.issue(stated);
        stated.steward = OTHER_STEWARD;
        vm.expectRevert(abi.encodeWithSelector(IResourceRegistry.ResourceNotFound.selector, DIGEST, OTHER_STEWARD));
        vm.prank(OTHER_REGISTRAR);
        _grants.issue(stated);
    }

    function test_a_resource_must_be_registered_and_not_withdrawn() public {
        IAccessGrants.Grant memory stated = _statedGrant(GRANT, 0);
        stated.digest = keccak256("unknown");
        _checkRefused(
            stated,
            abi.encodeWithSelector(IResourceRegistry.ResourceNotFound.selector, stated.digest, STEWARD)
        );
        vm.prank(REGISTRAR);
        _resources.withdraw(DIGEST, STEWARD, 1);
        _checkRefused(
            _statedGrant(GRANT, 0),
            abi.encodeWithSelector(IResourceRegistry.ResourceIsWithdrawn.selector, DIGEST, STEWARD)
        );
    }

    // Seats

    function testFuzz_a_seat_is_below_the_seats_of_the_license(uint32 seat) public {
        seat = uint32(_bound(seat, SEATS, type(uint32).max));
        _checkRefused(
            _statedGrant(GRANT, seat),
            abi.encodeWithSelector(IAccessGrants.SeatOutOfRange.selector, seat, SEATS)
        );
    }

    function test_a_seat_with_a_live_grant_is_taken() public {
        _issue(GRANT, 0);
        _issue(SECOND, 1);
        _checkRefused(_statedGrant(THIRD, 0), abi.encodeWithSelector(IAccessGrants.SeatTaken.selector, 0, GRANT));
        _checkRefused(_statedGrant(THIRD, 1), abi.encodeWithSelector(IAccessGrants.SeatTaken.selector, 1, SECOND));
    }

    function test_a_grant_that_ends_frees_its_seat() public {
        _issue(GRANT, 0);
        vm.warp(START + LOAN - 1);
        _checkRefused(_statedGrant(SECOND, 0), abi.encodeWithSelector(IAccessGrants.SeatTaken.selector, 0, GRANT));
        vm.warp(START + LOAN);
        _issue(SECOND, 0);
        vm.assertTrue(_grants.isLive(SECOND), "live");
        vm.assertEq(_grants.seatHolder(DIGEST, STEWARD, 0), SECOND, "seat holder");
    }

    function test_a_revoked_grant_frees_its_seat() public {
        _issue(GRANT, 0);
        vm.prank(REGISTRAR);
        _grants.revoke(GRANT);
        _issue(SECOND, 0);
        vm.assertTrue(_grants.isLive(SECOND), "live");
    }

    function test_each_registration_has_its_own_seats() public {
        _issue(GRANT, 0);
        IResourceRegistry.Registration memory registration = _stated(DIGEST);
        registration.steward = OTHER_STEWARD;
        vm.prank(OTHER_REGISTRAR);
        _resources.register(registration);
        IAccessGrants.Grant memory stated = _statedGrant(SECOND, 0);
        stated.steward = OTHER_STEWARD;
        vm.prank(OTHER_REGISTRAR);
        _grants.issue(stated);
        vm.assertTrue(_grants.isLive(GRANT) && _grants.isLive(SECOND), "live");
    }

    function test_a_license_of_no_limit_occupies_no_seat() public {
        IResourceRegistry.Registration memory registration = _stated(keccak256("open"));
        registration.license = _licenses.defineLicense("u", 0, type(uint32).max, LOAN, true);
        vm.prank(REGISTRAR);
        _resources.register(registration);
        IAccessGrants.Grant memory stated = _statedGrant(GRANT, 0);
        stated.digest = registration.digest;
        vm.prank(REGISTRAR);
        _grants.issue(stated);
        stated.grant = SECOND;
        vm.prank(REGISTRAR);
        _grants.issue(stated);
        vm.assertTrue(_grants.isLive(GRANT) && _grants.isLive(SECOND), "live");
        vm.assertEq(_grants.seatHolder(stated.digest, STEWARD, 0), 0, "seat holder");
    }

    function _checkRefused(IAccessGrants.Grant memory stated, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(REGISTRAR);
        _grants.issue(stated);
    }

    function _expectIssued(IAccessGrants.Grant memory stated) private {
        vm.expectEmit(address(_grants));
        emit IAccessGrants.GrantIssued(
            stated.grant,
            stated.digest,
            stated.steward,
            stated.grantee,
            stated.scopes,
            uint64(block.timestamp),
            stated.until,
            stated.seat
        );
    }

    function _checkKept(IAccessGrants.Grant memory stated) private view {
        IAccessGrants.GrantState memory kept = _grants.grantOf(stated.grant);
        vm.assertEq(kept.digest, stated.digest, "digest");
        vm.assertEq(kept.steward, stated.steward, "steward");
        vm.assertEq(kept.grantee, stated.grantee, "grantee");
        vm.assertEq(kept.from, block.timestamp, "from");
        vm.assertEq(kept.until, stated.until, "until");
        vm.assertEq(kept.revokedAt, 0, "revoked at");
        vm.assertEq(kept.scopes, stated.scopes, "scopes");
        vm.assertEq(kept.seat, stated.seat, "seat");
        vm.assertEq(kept.state, 1, "state");
        vm.assertTrue(_grants.isLive(stated.grant), "live");
    }
}
