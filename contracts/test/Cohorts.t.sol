// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Rfc6962} from "../Rfc6962.sol";
import {IAccessGrants} from "../interfaces/IAccessGrants.sol";
import {ICohorts} from "../interfaces/ICohorts.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {IRfc6962Errors} from "../interfaces/IRfc6962Errors.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {Fixture} from "./Fixture.sol";
import {MerkleTree} from "./MerkleTree.sol";

/// @dev A course is granted by one root, and each member claims a grant with a proof.
contract CohortsTest is Fixture {
    uint64 private constant UNTIL = START + 100 days;
    uint256 private constant MEMBERS = 300;

    bytes32[] private _leaves;
    bytes32 private _root;

    function setUp() public override {
        super.setUp();
        bytes32 open = _licenses.defineLicense("open", 0, type(uint32).max, LOAN, false);
        vm.prank(REGISTRAR);
        _resources.register(_statedUnder(DIGEST, open));
        for (uint256 i = 0; i < MEMBERS; ++i) {
            _leaves.push(Rfc6962.leafHash(abi.encode(_member(i))));
        }
        _root = MerkleTree.root(_leaves);
    }

    // grantCohort

    function test_a_registrar_grants_a_cohort() public {
        IAccessGrants.Cohort memory stated = _cohort();
        bytes32 expected = sha256(abi.encode(stated));
        vm.expectEmit(address(_grants));
        emit IAccessGrants.CohortGranted(expected, DIGEST, STEWARD, stated.root, stated.size, 1, UNTIL);
        vm.prank(REGISTRAR);
        vm.assertEq(_grants.grantCohort(stated), expected, "id");
        vm.assertEq(_grants.cohortState(expected), 1, "state");
        _checkAllEventsCounted(_grants);
        vm.expectRevert(abi.encodeWithSelector(ICohorts.CohortAlreadyGranted.selector, expected));
        vm.prank(REGISTRAR);
        _grants.grantCohort(stated);
        stated.salt = keccak256("another course of the same readers");
        vm.prank(REGISTRAR);
        _grants.grantCohort(stated);
    }

    function test_a_cohort_has_members_scopes_and_time() public {
        IAccessGrants.Cohort memory stated = _cohort();
        stated.size = 0;
        _checkRefused(stated, abi.encodeWithSelector(IAccessGrants.CohortIsEmpty.selector));
        stated = _cohort();
        stated.scopes = 0;
        _checkRefused(stated, abi.encodeWithSelector(IAccessGrants.GrantWithoutScopes.selector));
        stated = _cohort();
        stated.until = START;
        _checkRefused(stated, abi.encodeWithSelector(IAccessGrants.GrantEndsInPast.selector, START, START));
        stated.until = START + 1;
        vm.prank(REGISTRAR);
        _grants.grantCohort(stated);
    }

    function test_a_cohort_is_of_a_resource_that_stands() public {
        IAccessGrants.Cohort memory stated = _cohort();
        stated.digest = METADATA;
        _checkRefused(stated, abi.encodeWithSelector(IResourceRegistry.ResourceNotFound.selector, METADATA, STEWARD));
        vm.prank(REGISTRAR);
        _resources.withdraw(DIGEST, STEWARD, 1);
        _checkRefused(
            _cohort(),
            abi.encodeWithSelector(IResourceRegistry.ResourceIsWithdrawn.selector, DIGEST, STEWARD)
        );
    }

    function testFuzz_a_registrar_alone_grants_and_closes_a_cohort(address caller) public {
        vm.assume(caller != REGISTRAR);
        bytes memory refusal = abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, STEWARD, caller);
        vm.expectRevert(refusal);
        vm.prank(caller);
        _grants.grantCohort(_cohort());
        _grantCohort();
        vm.expectRevert(refusal);
        vm.prank(caller);
        _grants.closeCohort(_cohort());
    }

    function test_a_service_grants_no_cohort() public {
        vm.prank(ADMIN);
        _stewards.addService(STEWARD, STRANGER, START, START + 1);
        testFuzz_a_registrar_alone_grants_and_closes_a_cohort(STRANGER);
    }

    // claim

    function testFuzz_a_member_claims_a_grant(uint256 which, address caller) public {
        bytes32 cohort = _grantCohort();
        which = _bound(which, 0, MEMBERS - 1);
        IAccessGrants.Grant memory expected = _grantOf(which);
        bytes32 grant = sha256(abi.encode(expected));
        bytes32[] memory proof = MerkleTree.inclusionProof(_leaves, which);
        vm.expectEmit(address(_grants));
        emit IAccessGrants.GrantIssued(
            grant,
            DIGEST,
            STEWARD,
            expected.grantee,
            1,
            START,
            START + LOAN,
            expected.seat,
            1
        );
        vm.expectEmit(address(_grants));
        emit IAccessGrants.CohortClaimed(cohort, grant, uint64(which));
        vm.prank(caller);
        _grants.claim(_cohort(), expected.seat, 1, expected.grantee, uint64(which), proof);
        vm.assertTrue(_grants.isLive(expected), "live");
        vm.assertTrue(_grants.hasClaimed(cohort, uint64(which)), "claimed");
        vm.assertFalse(_grants.hasClaimed(cohort, uint64((which + 1) % MEMBERS)), "another");
        vm.assertFalse(_grants.hasClaimed(cohort, uint64(which) + 256), "of another word");
        _checkAllEventsCounted(_grants);
        vm.expectRevert(abi.encodeWithSelector(ICohorts.CohortAlreadyClaimed.selector, cohort, which));
        _grants.claim(_cohort(), expected.seat + 1, 1, expected.grantee, uint64(which), proof);
    }

    function test_every_member_has_a_claim_of_its_own() public {
        bytes32 cohort = _grantCohort();
        uint256[6] memory members = [uint256(0), 1, 255, 256, 257, MEMBERS - 1];
        for (uint256 i = 0; i < members.length; ++i) {
            _claim(members[i]);
        }
        for (uint256 i = 0; i < members.length; ++i) {
            vm.assertTrue(_grants.hasClaimed(cohort, uint64(members[i])), "claimed");
            vm.assertTrue(_grants.isLive(_grantOf(members[i])), "live");
        }
        vm.assertFalse(_grants.hasClaimed(cohort, 2), "who has not claimed");
    }

    function testFuzz_who_is_no_member_claims_nothing(bytes32 grantee, uint256 which) public {
        _grantCohort();
        which = _bound(which, 0, MEMBERS - 1);
        vm.assume(grantee != _member(which));
        bytes32[] memory proof = MerkleTree.inclusionProof(_leaves, which);
        vm.expectRevert(abi.encodeWithSelector(IRfc6962Errors.InvalidInclusionProof.selector, which, MEMBERS));
        _grants.claim(_cohort(), 0, 1, grantee, uint64(which), proof);
    }

    /// @dev A hash inside of the tree is no member, since leaves are hashed otherwise than nodes.
    function test_an_inner_hash_is_no_member() public {
        IAccessGrants.Cohort memory stated = _cohort();
        stated.size = 1;
        vm.prank(REGISTRAR);
        _grants.grantCohort(stated);
        vm.expectRevert(abi.encodeWithSelector(IRfc6962Errors.InvalidInclusionProof.selector, 0, 1));
        _grants.claim(stated, 0, 1, stated.root, 0, new bytes32[](0));
    }

    function test_a_claim_lasts_no_longer_than_the_cohort_and_a_loan() public {
        _grantCohort();
        vm.warp(UNTIL - LOAN);
        _claim(0);
        vm.assertEq(_grants.seatOf(DIGEST, STEWARD, 0).until, UNTIL, "both end together");
        vm.warp(UNTIL - LOAN + 1);
        _claim(1);
        vm.assertEq(_grants.seatOf(DIGEST, STEWARD, 1).until, UNTIL, "the cohort ends first");
        vm.warp(UNTIL - 1);
        _claim(2);
        vm.warp(UNTIL);
        _checkClaimRefused(3, _notOpen());
    }

    function test_nothing_is_claimed_that_was_not_granted_or_is_closed() public {
        _checkClaimRefused(0, _notOpen());
        _grantCohort();
        _claim(0);
        bytes32 cohort = sha256(abi.encode(_cohort()));
        vm.expectEmit(address(_grants));
        emit IAccessGrants.CohortClosed(cohort);
        vm.prank(REGISTRAR);
        _grants.closeCohort(_cohort());
        vm.assertEq(_grants.cohortState(cohort), 2, "state");
        vm.assertTrue(_grants.isLive(_grantOf(0)), "what was claimed stays");
        _checkClaimRefused(1, _notOpen());
        bytes memory refusal = _notOpen();
        vm.expectRevert(refusal);
        vm.prank(REGISTRAR);
        _grants.closeCohort(_cohort());
        vm.expectRevert(abi.encodeWithSelector(ICohorts.CohortAlreadyGranted.selector, cohort));
        vm.prank(REGISTRAR);
        _grants.grantCohort(_cohort());
        _checkAllEventsCounted(_grants);
    }

    function test_a_cohort_that_was_never_granted_is_not_closed() public {
        bytes memory refusal = _notOpen();
        vm.expectRevert(refusal);
        vm.prank(REGISTRAR);
        _grants.closeCohort(_cohort());
    }

    function test_a_suspended_steward_closes_but_its_members_claim_nothing() public {
        _grantCohort();
        vm.prank(ADMIN);
        _stewards.suspend(STEWARD);
        _checkClaimRefused(0, abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, STEWARD));
        vm.prank(REGISTRAR);
        _grants.closeCohort(_cohort());
    }

    function test_nothing_is_claimed_of_a_withdrawn_resource() public {
        _grantCohort();
        vm.prank(REGISTRAR);
        _resources.withdraw(DIGEST, STEWARD, 2);
        _checkClaimRefused(0, abi.encodeWithSelector(IResourceRegistry.ResourceIsWithdrawn.selector, DIGEST, STEWARD));
    }

    function test_a_claim_takes_a_free_seat_of_the_license() public {
        bytes32 few = _licenses.defineLicense("few", 0, 2, LOAN, false);
        vm.prank(REGISTRAR);
        _resources.register(_statedUnder(METADATA, few));
        IAccessGrants.Cohort memory stated = _cohort();
        stated.digest = METADATA;
        vm.prank(REGISTRAR);
        _grants.grantCohort(stated);
        bytes32[] memory proof = MerkleTree.inclusionProof(_leaves, 7);
        vm.expectRevert(abi.encodeWithSelector(IAccessGrants.SeatOutOfRange.selector, 2, 2));
        _grants.claim(stated, 2, 1, _member(7), 7, proof);
        _grants.claim(stated, 1, 1, _member(7), 7, proof);
        proof = MerkleTree.inclusionProof(_leaves, 8);
        vm.expectRevert(abi.encodeWithSelector(IAccessGrants.SeatTaken.selector, 1, START + LOAN));
        _grants.claim(stated, 1, 2, _member(8), 8, proof);
        vm.expectRevert(abi.encodeWithSelector(IAccessGrants.InvalidTurn.selector, 0, 1));
        _grants.claim(stated, 0, 2, _member(8), 8, proof);
        _grants.claim(stated, 0, 1, _member(8), 8, proof);
    }

    function test_a_claimed_grant_is_revoked_as_any_other() public {
        _grantCohort();
        _claim(5);
        bytes32 grant = sha256(abi.encode(_grantOf(5)));
        vm.prank(REGISTRAR);
        _grants.revoke(DIGEST, STEWARD, 5, grant);
        vm.assertFalse(_grants.isLive(_grantOf(5)), "live");
        bytes32[] memory proof = MerkleTree.inclusionProof(_leaves, 5);
        bytes32 cohort = sha256(abi.encode(_cohort()));
        vm.expectRevert(abi.encodeWithSelector(ICohorts.CohortAlreadyClaimed.selector, cohort, 5));
        _grants.claim(_cohort(), 5, 2, _member(5), 5, proof);
    }

    function _cohort() private view returns (IAccessGrants.Cohort memory) {
        return
            IAccessGrants.Cohort({
                digest: DIGEST,
                steward: STEWARD,
                root: _root,
                size: uint64(MEMBERS),
                scopes: 1,
                until: UNTIL,
                salt: 0
            });
    }

    /// @dev Each member takes the seat of its index.
    function _grantOf(uint256 which) private pure returns (IAccessGrants.Grant memory stated) {
        stated = _statedGrant(uint32(which), 1);
        stated.grantee = _member(which);
    }

    function _member(uint256 which) private pure returns (bytes32) {
        return keccak256(abi.encode("member", which));
    }

    function _grantCohort() private returns (bytes32) {
        IAccessGrants.Cohort memory stated = _cohort();
        vm.prank(REGISTRAR);
        return _grants.grantCohort(stated);
    }

    function _claim(uint256 which) private {
        IAccessGrants.Grant memory stated = _grantOf(which);
        bytes32[] memory proof = MerkleTree.inclusionProof(_leaves, which);
        _grants.claim(_cohort(), stated.seat, 1, stated.grantee, uint64(which), proof);
    }

    function _checkRefused(IAccessGrants.Cohort memory stated, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(REGISTRAR);
        _grants.grantCohort(stated);
    }

    function _checkClaimRefused(uint256 which, bytes memory refusal) private {
        IAccessGrants.Grant memory stated = _grantOf(which);
        bytes32[] memory proof = MerkleTree.inclusionProof(_leaves, which);
        vm.expectRevert(refusal);
        _grants.claim(_cohort(), stated.seat, 1, stated.grantee, uint64(which), proof);
    }

    function _notOpen() private view returns (bytes memory) {
        return abi.encodeWithSelector(ICohorts.CohortNotOpen.selector, sha256(abi.encode(_cohort())));
    }
}
